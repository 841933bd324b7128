import { MajordomoError, messageOf } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import { databaseOf, whereIs, type RedisSettings } from './options.ts'
import type { Wire } from './wire.ts'

const LEAST = [6, 2]
/** The form of what is stored. A version of the package that stores something else has another number. */
const FORM = '1'

/**
 * Whether this Redis can be trusted with tasks.
 *
 * @throws {MajordomoError} `invalid-option` for one that is too old, or that throws away what it has when it is full
 */
export async function checkServer(wire: Wire, settings: RedisSettings, logger: Logger): Promise<void> {
  const where = `Redis at ${whereIs(settings.connection)}`
  await checkDatabase(where, wire, databaseOf(settings.connection))
  const info = await infoOf(wire).catch((error: unknown) => {
    logger.warn(`${where} does not tell of itself, so its version and settings were not checked`, {
      error: messageOf(error),
    })
    return undefined
  })
  if (info !== undefined) {
    checkVersion(where, info.get('redis_version') ?? '')
    checkMemory(where, info)
    if (info.get('aof_enabled') === '0')
      logger.warn(
        `${where} keeps no append-only file: a crash loses the tasks since its last snapshot; set "appendonly yes"`,
      )
  }
  await checkForm(where, wire, settings)
}

/** A client whose choice of a database was refused goes on in database 0. */
async function checkDatabase(where: string, wire: Wire, wanted: number): Promise<void> {
  if (wanted === 0) return
  try {
    await wire.call('SELECT', wanted)
  } catch (error) {
    throw new MajordomoError('invalid-option', `${where} has no database ${wanted}: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

async function infoOf(wire: Wire): Promise<Map<string, string>> {
  const text = String(await wire.call('INFO'))
  const lines = text.split('\r\n').filter((line) => line.includes(':'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

function checkVersion(where: string, version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > LEAST[0]! || (major === LEAST[0] && minor >= LEAST[1]!)) return
  throw new MajordomoError(
    'invalid-option',
    `${where} is version ${version}; the engine needs ${LEAST.join('.')} or later`,
  )
}

function checkMemory(where: string, info: ReadonlyMap<string, string>): void {
  const policy = info.get('maxmemory_policy') ?? 'noeviction'
  if ((info.get('maxmemory') ?? '0') === '0' || policy === 'noeviction') return
  throw new MajordomoError(
    'invalid-option',
    `${where} would throw tasks away when its memory is full (maxmemory-policy ${policy}): set "maxmemory-policy noeviction"`,
  )
}

async function checkForm(where: string, wire: Wire, { tag }: RedisSettings): Promise<void> {
  await wire.call('SET', `${tag}:form`, FORM, 'NX')
  const form = await wire.call('GET', `${tag}:form`)
  if (form === FORM) return
  throw new MajordomoError(
    'invalid-option',
    `what is stored under ${tag} in ${where} has another form (${String(form)}) than this version of majordomo reads (${FORM})`,
  )
}
