import type { Animator, AnimatorPlace, JsonSchema } from '../../../core/animator.ts'
import { animatorOptions } from '../../../core/animator-options.ts'
import { findExecutable } from '../rules/executable.ts'
import { PASSED_ON, processRules, type ProcessRules, type ProcessRunnerOptions } from '../rules/options.ts'
import { planOf } from '../rules/plan.ts'
import { PROCESS_SCHEMA, type ProcessArgs } from '../rules/schema.ts'
import { spawnerScript } from '../spawner-script.ts'
import { recovery, startedBySpawner, startedHere } from './processes.ts'
import type { ProcessResult } from './result.ts'
import { runProcess } from './run.ts'

/** A run that was told to stop has its `killAfter`, and so long to end what is left, ms. */
const TO_CLEAR = 10_000

/**
 * An animator that runs commands of the host, each in a process group of its own. What they print is recorded byte for byte
 * and read as the task's outputs `stdout` and `stderr`; they run in the task's working directory. The task's result is a
 * {@link ProcessResult}, also of one that FAILED or was CANCELED.
 * @example manager.register('PROCESS', processRunner({ allow: ['/usr/bin/rsync'], shells: ['bash'] }))
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function processRunner(options: ProcessRunnerOptions): Animator<JsonSchema, ProcessResult> {
  const asked = processRules(options)
  const spawner = asked.spawner && spawnerScript() !== undefined
  const rules = spawner ? asked : { ...asked, leftovers: 'end' as const }
  const processes = spawner ? startedBySpawner : startedHere
  return {
    summary: 'Run a command of the host',
    ...animatorOptions(options, PASSED_ON),
    args: { ...PROCESS_SCHEMA, ...exampleOf(rules) },
    cancelGrace: rules.killAfter + TO_CLEAR,
    files: true,
    async validate(args: ProcessArgs) {
      await planOf(rules, args)
    },
    async open(place) {
      if (asked.spawner && !spawner) warnOfBundle(asked, place)
      await Promise.all([warnOfMissing(rules, place), place.shared(recovery).over])
    },
    run: (ops, place) => runProcess(ops, { rules, processes: place.shared(processes) }),
  }
}

/** What a reader of the document may begin with: the first that is allowed. */
function exampleOf({ allow, shells }: ProcessRules): JsonSchema {
  if (allow === 'any') return { examples: [{ command: ['ls', '-lah'] }] }
  const command = allow.find((one) => typeof one === 'string' && !one.endsWith('/*'))
  if (command !== undefined) return { examples: [{ command: [command] }] }
  return shells.length === 0 ? {} : { examples: [{ script: 'echo hello' }] }
}

/** It may come later; whoever has misspelt it should not hear of it from a caller. */
async function warnOfMissing(
  { allow, shells, path }: ProcessRules,
  { logger }: AnimatorPlace,
): Promise<void> {
  const named = allow === 'any' ? [] : allow.filter((one) => typeof one === 'string')
  for (const name of [...named.filter((one) => !one.endsWith('/*')), ...shells])
    if ('fault' in (await findExecutable(name, path)))
      logger.warn('an executable that is allowed is not there, or cannot be executed', { name })
}

function warnOfBundle({ leftovers }: ProcessRules, { logger }: AnimatorPlace): void {
  const also = leftovers === 'adopt' ? ', and none of them outlives it' : ''
  logger.warn(
    `the program of the spawner is not beside the package: the service starts its processes itself${also}`,
  )
}
