import { LeaseLost, ShutDown } from '../../../core/aborts.ts'
import { messageOf } from '../../../core/errors.ts'
import type { OutputWriter, TaskOps } from '../../../core/animator.ts'
import type { FanOutItem } from '../item.ts'
import type { Prepared } from '../prepared.ts'
import type { FanOut } from '../room/fan-out.ts'
import type { Requests } from '../room/list-run.ts'
import { USUAL_BODY_TOTAL } from '../room/options.ts'
import type { Preparer } from '../rules/prepare.ts'
import { earlier, type Earlier } from './earlier.ts'
import { listOptionsOf, planOf, type FanOutArguments, type Plan } from './plan.ts'
import { Tally, type FanOutSummary } from './tally.ts'

/** Runs a list as a task; after an interruption it goes on where it was. */
export async function runList(ops: TaskOps<FanOutArguments>, fanOut: FanOut): Promise<FanOutSummary> {
  const plan = planOf(ops.args)
  const before = await earlier(ops)
  const preparer = fanOut.preparer(ops.id, plan.source)
  const tally = new Tally()
  for (const item of before.items) tally.add(item)
  const items = ops.output('items')
  const left = stillToSend(plan, preparer, before, (item) => tell(item, items, tally))
  const total = plan.requests.length
  ops.setProgress({ done: tally.answered, total })
  let unannounced: unknown
  const { maxBodyTotal = USUAL_BODY_TOTAL, ...options } = listOptionsOf(ops.args)
  const list = fanOut.launchPrepared(
    ops.id,
    left,
    { ...options, maxBodyTotal: Math.max(0, maxBodyTotal - before.kept), signal: ops.signal },
    {
      secrets: secretsOf(plan),
      careful: hasUnrepeatable(plan),
      failed: tally.failed,
      holds: () => ops.shouldYield(),
      resent: (index) => index < before.announced,
      announce: async (announced) => {
        try {
          await ops.checkpoint({ announced: Math.max(announced, before.announced) })
        } catch (error) {
          unannounced = error
          throw error
        }
      },
    },
  )
  const rest = new Rest()
  for await (const batch of list.batches()) {
    for (const item of batch) {
      if (isLeft(item, ops)) rest.add(item)
      else tell(item, items, tally)
    }
    ops.setProgress({ done: tally.answered, total })
  }
  // What an earlier run may have sent stays so.
  if (rest.isKnown) await ops.checkpoint({ announced: Math.max(rest.from, before.announced) })
  if (ops.isCanceled()) {
    ops.log('info', 'stopped before all requests had ended', { ...tally.counts })
    throw ops.signal.reason
  }
  if (rest.size > 0) throw new ShutDown('the list goes on in the next run')
  if (unannounced !== undefined) throw unannounced
  return finish(ops, tally)
}

/** What a run leaves to the next one. */
class Rest {
  size = 0
  #firstUnsent = Number.POSITIVE_INFINITY
  #lastSent = -1

  add({ index, attempts }: FanOutItem): void {
    this.size++
    if (attempts === 0) this.#firstUnsent = Math.min(this.#firstUnsent, index)
    else this.#lastSent = Math.max(this.#lastSent, index)
  }

  /** All that was sent comes before all that was not, so it can be told better than by what was announced. */
  get isKnown(): boolean {
    return this.#lastSent < this.#firstUnsent && this.#firstUnsent !== Number.POSITIVE_INFINITY
  }

  /** The first request that was never sent. */
  get from(): number {
    return this.#firstUnsent
  }
}

/** Names of the credentials that the requests name. */
function secretsOf({ source, requests }: Plan): ReadonlySet<string> {
  const names = new Set<string>()
  if (source.secret !== undefined) names.add(source.secret)
  for (const { secret } of requests) if (secret !== undefined) names.add(secret)
  return names
}

/** Whether some of the requests must not be sent twice. */
function hasUnrepeatable({ source, requests }: Plan): boolean {
  return requests.some(({ method = source.method, idempotent = source.idempotent }) =>
    idempotent === undefined ? method === 'POST' || method === 'PATCH' : !idempotent,
  )
}

/** What was not sent, and what was not answered, is left to the next run of the task where there is one, and is no item yet. */
function isLeft({ state }: FanOutItem, ops: TaskOps<FanOutArguments>): boolean {
  if (state !== 'CANCELED') return false
  if (!ops.isCanceled()) return ops.shouldYield()
  const reason: unknown = ops.signal.reason
  return reason instanceof ShutDown || reason instanceof LeaseLost
}

function tell(item: FanOutItem, items: OutputWriter, tally: Tally): void {
  tally.add(item)
  items.give(item)
}

/** All requests but those that have an item, and those that must not be sent a second time. */
function stillToSend(
  { requests }: Plan,
  preparer: Preparer,
  { items, announced }: Earlier,
  tellOf: (item: FanOutItem) => void,
): Requests {
  const prepared = (index: number): Prepared => preparedOrFault(preparer, requests, index)
  if (announced === 0)
    return { length: requests.length, at: (index) => (index < requests.length ? prepared(index) : undefined) }
  const ended = new Set(items.map(({ index }) => index))
  const left: number[] = []
  for (let index = 0; index < requests.length; index++) {
    if (ended.has(index)) continue
    const request = index < announced ? prepared(index) : undefined
    if (request === undefined || request.idempotent || request.ignore) left.push(index)
    else tellOf(perhapsSent(request))
  }
  return { length: left.length, at: (place) => (place < left.length ? prepared(left[place]!) : undefined) }
}

/** The arguments were checked when the task was created, but perhaps by an earlier release, or with other options. */
function preparedOrFault(preparer: Preparer, requests: Plan['requests'], index: number): Prepared {
  try {
    return preparer.prepare(requests[index]!, index)
  } catch (error) {
    return { ...preparer.prepare({ url: 'http://invalid' }, index), shown: '', fault: messageOf(error) }
  }
}

function perhapsSent({ index, id, method, shown }: Prepared): FanOutItem {
  const message = 'the service was interrupted, and it may have been sent; it was not sent again'
  return {
    index,
    id,
    method,
    url: shown,
    state: 'FAILED',
    attempts: 0,
    timings: { queued: 0, total: 0 },
    error: { code: 'perhaps-sent', message },
    perhapsSent: true,
  }
}

/** With too many failures the task has failed, whether or not there was anything left to be stopped. */
function finish(ops: TaskOps<FanOutArguments>, tally: Tally): FanOutSummary {
  const summary = tally.summary()
  const { failFast = false, maxFailures = failFast ? 0 : Number.POSITIVE_INFINITY } = ops.args
  if (summary.failed <= maxFailures) return summary
  const message = `${summary.failed} of ${summary.total} requests failed`
  ops.setState('FAILED', { message, result: summary, error: message })
}
