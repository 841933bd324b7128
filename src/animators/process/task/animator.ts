import { randomUUID } from 'node:crypto'
import type { Animator, JsonSchema } from '../../../core/animator.ts'
import { animatorOptions } from '../../../core/animator-options.ts'
import { killMarked } from '../host/signals.ts'
import { PASSED_ON, processRules, type ProcessRunnerOptions } from '../rules/options.ts'
import { planOf } from '../rules/plan.ts'
import { PROCESS_SCHEMA, type ProcessArgs } from '../rules/schema.ts'
import type { ProcessResult } from './result.ts'
import { runProcess } from './run.ts'

/** A run that was told to stop has its `killAfter`, and so long to end what is left, ms. */
const TO_CLEAR = 10_000

/**
 * An animator that runs commands of the host, each in a process group of its own, with what they print in the task's
 * outputs `stdout` and `stderr`. The task's result is a {@link ProcessResult}, also of one that FAILED or was CANCELED.
 * @example manager.register('PROCESS', processRunner({ allow: ['/usr/bin/rsync'], shells: ['bash'] }))
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function processRunner(options: ProcessRunnerOptions): Animator<JsonSchema, ProcessResult> {
  const rules = processRules(options)
  const mark = randomUUID()
  return {
    summary: 'Run a command of the host',
    ...animatorOptions(options, PASSED_ON),
    args: PROCESS_SCHEMA,
    cancelGrace: rules.killAfter + TO_CLEAR,
    async validate(args: ProcessArgs) {
      await planOf(rules, args)
    },
    run: (ops) => runProcess(ops, rules, mark),
    /** Those that left their group and their leader are found by the mark in their environment. */
    async close() {
      await killMarked(`MAJORDOMO_RUN=${mark}.`)
    },
  }
}
