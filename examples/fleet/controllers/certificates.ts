import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** PEM texts. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

export interface Certificates {
  /** Who has signed `fleet`. */
  readonly ca: string
  readonly fleet: Identity
  /** Signed by itself. */
  readonly stranger: Identity
}

const run = promisify(execFile)
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/**
 * An authority of the fleet's own and what it has signed, for these addresses. They are made in a scratch folder, which is
 * gone when this returns: from then on they are in memory only.
 */
export async function makeCertificates(addresses: readonly string[]): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'))
  try {
    const names = `subjectAltName=${addresses.map((address) => `IP:${address}`).join(',')}\n`
    await writeFile(join(folder, 'names.ext'), names)
    await Promise.all([selfSigned(folder, 'ca'), selfSigned(folder, 'stranger')])
    await signed(folder)
    const text = (file: string) => readFile(join(folder, file), 'utf8')
    return {
      ca: await text('ca.pem'),
      fleet: { cert: await text('fleet.pem'), key: await text('fleet.key') },
      stranger: { cert: await text('stranger.pem'), key: await text('stranger.key') },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function selfSigned(folder: string, name: string): Promise<void> {
  await openssl(folder, ['req', '-x509', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.pem`], name)
}

async function signed(folder: string): Promise<void> {
  await openssl(folder, ['req', ...KEY, '-keyout', 'fleet.key', '-out', 'fleet.csr'], 'fleet')
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '1', '-extfile', 'names.ext']
  await openssl(folder, ['x509', '-req', '-in', 'fleet.csr', ...signer, '-out', 'fleet.pem'])
}

async function openssl(folder: string, args: readonly string[], subject?: string): Promise<void> {
  const subjectArgs = subject === undefined ? [] : ['-subj', `/CN=${subject}`]
  try {
    await run('openssl', [...args, ...subjectArgs], { cwd: folder })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error('the program openssl is needed to make the certificates of the fleet', { cause: error })
  }
}
