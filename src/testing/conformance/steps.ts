import type { Arbitrary } from 'fast-check'
import type { EndState } from '../../core/states.ts'
import type { WaitingFor } from '../../core/task.ts'
import type { Wanted } from './bench.ts'

/** One call, with the tasks and claims that it is about picked by number from those that there are. */
export type Step =
  | {
      readonly call: 'insert'
      readonly wanted: Wanted
      readonly after?: number | undefined
      readonly parent?: number | undefined
    }
  | {
      readonly call: 'claim'
      readonly limit: number
      readonly lease: number | undefined
      readonly tags: readonly string[] | undefined
      readonly interrupts: number | undefined
    }
  | {
      readonly call: 'amend'
      readonly run: number
      readonly to: 'ACTIVE' | 'WAITING'
      readonly waitingFor: WaitingFor
    }
  | { readonly call: 'progress'; readonly run: number; readonly percent: number }
  | { readonly call: 'end'; readonly run: number; readonly state: EndState; readonly stillRunning: boolean }
  | { readonly call: 'retry'; readonly run: number; readonly delay: number }
  | { readonly call: 'release' | 'gone' | 'renew'; readonly run: number }
  | { readonly call: 'cancel' | 'activate' | 'remove'; readonly task: number }
  | { readonly call: 'supersede'; readonly task: number; readonly state: EndState }
  | { readonly call: 'priority'; readonly task: number; readonly priority: number }
  | { readonly call: 'pause'; readonly operation: string; readonly paused: boolean }
  | { readonly call: 'limit'; readonly operation: string; readonly most: number | undefined }
  | { readonly call: 'pass'; readonly ticks: number }

const END_STATES = ['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const

/** Any step; `ticks` makes milliseconds of the cases' unit. fast-check is handed in: only the property cases need it. */
export function steps(
  fc: typeof import('fast-check').default,
  ticks: (count: number) => number,
): Arbitrary<Step> {
  const any = fc.nat()
  const operation = fc.constantFrom('A', 'B')
  const state = fc.constantFrom(...END_STATES)
  const some = <T>(arbitrary: Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })
  const wanted: Arbitrary<Wanted> = fc.record(
    {
      operation,
      priority: fc.integer({ min: -1, max: 1 }),
      tags: fc.subarray(['x', 'y']),
      args: fc.constantFrom({ path: 'needle' }, {}),
      retain: fc.constantFrom(ticks(1), ticks(5)),
      createdBy: fc.constantFrom('ann', 'bob'),
      held: fc.boolean(),
      delay: fc.constantFrom(0, ticks(1), ticks(2)),
      ttl: fc.constantFrom(ticks(2), ticks(4)),
      dedupKey: fc.constant('d'),
      concurrencyKey: fc.constantFrom('k', 'l'),
    },
    { requiredKeys: ['operation', 'tags', 'retain'] },
  )
  const of = <Rest extends object>(call: Step['call'], rest: { [K in keyof Rest]: Arbitrary<Rest[K]> }) =>
    fc.record({ call: fc.constant(call), ...rest }) as unknown as Arbitrary<Step>
  return fc.oneof(
    { weight: 6, arbitrary: of('insert', { wanted, after: some(any), parent: some(any) }) },
    {
      weight: 5,
      arbitrary: of('claim', {
        limit: fc.integer({ min: 1, max: 4 }),
        lease: some(fc.constant(ticks(2))),
        tags: some(fc.subarray(['x', 'y', 'z'])),
        interrupts: some(fc.constantFrom(0, 1)),
      }),
    },
    {
      weight: 2,
      arbitrary: of('amend', {
        run: any,
        to: fc.constantFrom('ACTIVE', 'WAITING'),
        waitingFor: fc.constantFrom('action', 'resource'),
      }),
    },
    { weight: 1, arbitrary: of('progress', { run: any, percent: fc.nat(100) }) },
    { weight: 3, arbitrary: of('end', { run: any, state, stillRunning: fc.boolean() }) },
    { weight: 2, arbitrary: of('retry', { run: any, delay: fc.constantFrom(0, ticks(1)) }) },
    {
      weight: 2,
      arbitrary: fc.oneof(of('release', { run: any }), of('gone', { run: any }), of('renew', { run: any })),
    },
    {
      weight: 2,
      arbitrary: fc.oneof(
        of('cancel', { task: any }),
        of('activate', { task: any }),
        of('remove', { task: any }),
      ),
    },
    { weight: 1, arbitrary: of('supersede', { task: any, state }) },
    { weight: 1, arbitrary: of('priority', { task: any, priority: fc.integer({ min: -1, max: 1 }) }) },
    { weight: 1, arbitrary: of('pause', { operation, paused: fc.boolean() }) },
    { weight: 1, arbitrary: of('limit', { operation, most: some(fc.integer({ min: 0, max: 2 })) }) },
    { weight: 2, arbitrary: of('pass', { ticks: fc.integer({ min: 1, max: 3 }) }) },
  )
}
