import assert from 'node:assert/strict'
import type { Engine, EngineTraits } from '../../engine/contract.ts'
import type { Clock } from '../../core/clock.ts'
import { Bench } from './bench.ts'
import { Family, type Setting } from './family.ts'
import { THEMES } from './themes.ts'
import type { Case } from './theme.ts'

/** The two functions of a test runner that the suite needs; mocha, vitest, jest and node:test have them. */
export interface TestRunner {
  describe(title: string, body: () => void): unknown
  it: {
    (title: string, body: () => Promise<void>): unknown
    skip(title: string, body: () => Promise<void>): unknown
  }
}

export interface ConformanceOptions extends Partial<TestRunner> {
  /** How the engine is called in the titles. */
  readonly name: string
  /** What the engine's `traits` say; cases that a trait makes meaningless are skipped. */
  readonly traits: EngineTraits
  /** A new engine with nothing in it, not opened yet; called for each case. */
  make(clock: Clock): Engine | Promise<Engine>
  /**
   * Another engine on what this one stores, not opened yet; without it, the cases of durable and shared engines are
   * skipped. What the suite has done with the first says what it is:
   *
   * - it closed it: `another` is the same service after a restart;
   * - it did not, and the engine is shared: a second process beside the first. Where the case goes on as if the first
   *   were dead, it is simply not called any more, and its leases run out;
   * - it did not, and the engine serves one process: that process was killed. Let go of what the system would have let
   *   go of (files, locks), without writing anything.
   *
   * At the end of a case all its engines are closed, also those that were closed or left for dead before.
   */
  another?(engine: Engine, clock: Clock): Engine | Promise<Engine>
  /** `fake` (default): the engine keeps time by the host's clock only. `real`: cases wait, shortly, in real time. */
  readonly clock?: 'fake' | 'real'
  /** Cases that this engine cannot pass, by title ('theme: sentence'), each with the reason why. */
  readonly skip?: Readonly<Record<string, string>>
  /** More characters than the engine keeps of one `log`, `stdout` or `stderr` stream; 20,000,000 by default. */
  readonly beyondOutputLimit?: number
}

/**
 * Registers the conformance suite with the test runner: one case for each thing that the engine contract promises.
 * An engine that passes it can stand below a manager.
 *
 * ```ts
 * import { engineConformance } from 'majordomo/testing'
 * engineConformance({ name: 'memory', traits: { durable: false, shared: false }, make: () => memory() })
 * ```
 *
 * The two property cases need the package fast-check.
 */
export function engineConformance(options: ConformanceOptions): void {
  const { describe, it } = runner(options)
  const skips = new Map(Object.entries(options.skip ?? {}))
  describe(`the ${options.name} engine conforms to the contract`, () => {
    for (const theme of THEMES) {
      describe(theme.title, () => {
        for (const each of theme.cases) {
          const title = `${theme.title}: ${each.title}`
          const reason = skips.get(title) ?? skipReason(each, options)
          skips.delete(title)
          if (reason === undefined) it(each.title, () => tried(each, options))
          else it.skip(`${each.title} (skipped: ${reason})`, () => tried(each, options))
        }
      })
    }
  })
  assert.deepEqual([...skips.keys()], [], 'these titles in `skip` name no case')
}

function skipReason(
  { needs = {} }: Case,
  { clock = 'fake', traits, another }: ConformanceOptions,
): string | undefined {
  if (needs.fakeClock !== undefined && clock === 'real') return needs.fakeClock
  if (needs.shared !== undefined && !traits.shared) return needs.shared
  if (needs.durable !== undefined && !traits.durable) return needs.durable
  if (needs.notDurable !== undefined && traits.durable) return needs.notDurable
  const withAnother = needs.shared !== undefined || needs.durable !== undefined
  return withAnother && another === undefined ? 'the option `another` is missing' : undefined
}

async function tried(each: Case, options: ConformanceOptions): Promise<void> {
  const { traits, beyondOutputLimit = 20_000_000 } = options
  const fresh = (body: (bench: Bench) => Promise<void>): Promise<void> =>
    onNewEngine(settingFor(each, options), body)
  await fresh((bench) => each.body(bench, { traits, beyondOutputLimit, fresh }))
}

function settingFor({ needs }: Case, options: ConformanceOptions): Setting {
  const { clock = 'fake' } = options
  return {
    clock,
    rules: needs?.rules,
    make: (time) => options.make(time),
    another(engine, time) {
      if (options.another === undefined) throw new TypeError('the option `another` is missing')
      return options.another(engine, time)
    },
  }
}

async function onNewEngine(setting: Setting, body: (bench: Bench) => Promise<void>): Promise<void> {
  const family = new Family(setting)
  try {
    await body(await Bench.open(family))
    await family.verify()
  } finally {
    await family.close()
  }
  assert.equal(family.time.pending, 0, 'wake-ups are left armed after close')
}

function runner(options: ConformanceOptions): TestRunner {
  const globals = globalThis as Partial<TestRunner>
  const { describe = globals.describe, it = globals.it } = options
  if (describe === undefined || it === undefined)
    throw new TypeError('hand in the `describe` and `it` of the test runner')
  return { describe, it }
}
