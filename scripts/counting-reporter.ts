/**
 * Mocha's dots, and the counts of the run as a line `passed failed` at the end of the file that TEST_COUNTS names.
 * .ci/run sums them.
 */
import { appendFileSync } from 'node:fs'
import mocha from 'mocha'

export default class CountingReporter extends mocha.reporters.Dot {
  constructor(runner: mocha.Runner, options: mocha.MochaOptions) {
    super(runner, options)
    const file = process.env['TEST_COUNTS']
    if (!file) return
    runner.once(mocha.Runner.constants.EVENT_RUN_END, () => {
      appendFileSync(file, `${runner.stats?.passes ?? 0} ${runner.stats?.failures ?? 0}\n`)
    })
  }
}
