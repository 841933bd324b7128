import type { Animator, JsonSchema } from '../../../core/animator.ts'
import { animatorOptions } from '../../../core/animator-options.ts'
import { PASSED_ON, processRules, type ProcessRules, type ProcessRunnerOptions } from '../rules/options.ts'
import { planOf } from '../rules/plan.ts'
import { PROCESS_SCHEMA, type ProcessArgs } from '../rules/schema.ts'
import { spawnerScript } from '../spawner-script.ts'
import { recovery, startedBySpawner, startedHere } from './processes.ts'
import type { ProcessResult } from './result.ts'
import { runProcess } from './run.ts'
import { warnOfBundle, warnOfMemory, warnOfMissing } from './warnings.ts'

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
      if (asked.spawner && !spawner) warnOfBundle(asked, place.logger)
      else if (rules.leftovers === 'adopt' && !place.durable) warnOfMemory(place.logger)
      await Promise.all([warnOfMissing(rules, place.logger), place.shared(recovery).over])
    },
    run: (ops, place) =>
      runProcess(ops, {
        rules: place.durable ? rules : { ...rules, leftovers: 'end' },
        processes: place.shared(processes),
        recovery: place.shared(recovery),
      }),
  }
}

/** What a reader of the document may begin with: the first that is allowed. */
function exampleOf({ allow, shells }: ProcessRules): JsonSchema {
  if (allow === 'any') return { examples: [{ command: ['ls', '-lah'] }] }
  const command = allow.find((one) => typeof one === 'string' && !one.endsWith('/*'))
  if (command !== undefined) return { examples: [{ command: [command] }] }
  return shells.length === 0 ? {} : { examples: [{ script: 'echo hello' }] }
}
