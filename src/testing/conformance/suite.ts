import assert from 'node:assert/strict'
import type { Engine, EngineTraits } from '../../engine/contract.ts'
import type { Clock } from '../../core/clock.ts'
import { Bench } from './bench.ts'
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
  { clock = 'fake', traits }: ConformanceOptions,
): string | undefined {
  if (needs.fakeClock !== undefined && clock === 'real') return needs.fakeClock
  return traits.durable ? needs.notDurable : needs.durable
}

async function tried(each: Case, options: ConformanceOptions): Promise<void> {
  const fresh = (body: (bench: Bench) => Promise<void>): Promise<void> => onNewEngine(options, body)
  const { traits, beyondOutputLimit = 20_000_000 } = options
  await fresh((bench) => each.body(bench, { traits, beyondOutputLimit, fresh }))
}

async function onNewEngine(
  options: ConformanceOptions,
  body: (bench: Bench) => Promise<void>,
): Promise<void> {
  const bench = await Bench.open((clock) => options.make(clock), options.clock ?? 'fake')
  try {
    await body(bench)
    await bench.verify()
  } finally {
    await bench.engine.close()
  }
  assert.equal(bench.time.pending, 0, 'wake-ups are left armed after close')
}

function runner(options: ConformanceOptions): TestRunner {
  const globals = globalThis as Partial<TestRunner>
  const { describe = globals.describe, it = globals.it } = options
  if (describe === undefined || it === undefined)
    throw new TypeError('hand in the `describe` and `it` of the test runner')
  return { describe, it }
}
