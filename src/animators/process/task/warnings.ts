import { stat } from 'node:fs/promises'
import type { Logger } from '../../../core/logger.ts'
import { accountOf } from '../rules/account.ts'
import { findExecutable } from '../rules/executable.ts'
import type { ProcessRules } from '../rules/options.ts'

/** What the host names may come later; who has misspelt it should not hear of that from a caller. */
export async function warnOfMissing(rules: ProcessRules, logger: Logger): Promise<void> {
  const { allow, shells, path, directories } = rules
  const named = allow === 'any' ? [] : allow.filter((one) => typeof one === 'string')
  for (const name of [...named.filter((one) => !one.endsWith('/*')), ...shells])
    if ('fault' in (await findExecutable(name, path)))
      logger.warn('an executable that is allowed is not there, or cannot be executed', { name })
  for (const folder of directories)
    if (!(await isFolder(folder))) logger.warn('a directory that is allowed is not there', { folder })
  await accountOf(rules, {}, (_, message) => {
    logger.warn('no process can run as the user or group that is set', { message })
    return undefined
  })
}

/** A service in one file has no program beside it that could be the spawner. */
export function warnOfBundle({ leftovers }: ProcessRules, logger: Logger): void {
  const also = leftovers === 'adopt' ? ', and none of them outlives it' : ''
  logger.warn(
    `the program of the spawner is not beside the package: the service starts its processes itself${also}`,
  )
}

/** No attempt would ever come for what is left of a task that has gone with the service. */
export function warnOfMemory(logger: Logger): void {
  logger.warn(
    "tasks end with the service, and so do their processes: leftovers: 'adopt' needs another engine",
  )
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}
