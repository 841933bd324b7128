import { InvalidArguments, type Fault } from '../../../core/errors.ts'
import type { FanOutRequest } from '../request.ts'
import type { CallerLimits } from './options.ts'
import { MOST_FAULTS, type FanOutArguments } from './plan.ts'
import { validatePlan, type PlanRules } from './validate.ts'

/**
 * Checks arguments beyond their schema.
 * @throws {InvalidArguments} with every fault, or the first fifty
 */
export async function checkArguments(
  args: FanOutArguments,
  limits: CallerLimits,
  rules: PlanRules,
): Promise<void> {
  const faults = [...overLimits(args, limits), ...(await validatePlan(args, rules))]
  if (faults.length >= MOST_FAULTS) throw new InvalidArguments([...faults.slice(0, MOST_FAULTS), MORE])
  if (faults.length > 0) throw new InvalidArguments(faults)
}

const MORE: Fault = { path: '', message: `only ${MOST_FAULTS} faults are told; there may be more` }

/** What the host does not let callers ask for. */
function* overLimits(
  { concurrency, source, items = [] }: FanOutArguments,
  limits: CallerLimits,
): Generator<Fault> {
  if (concurrency !== undefined && concurrency > limits.maxConcurrency)
    yield { path: '/concurrency', message: `must be at most ${limits.maxConcurrency}, got ${concurrency}` }
  yield* ofRequest(source, '/source', limits)
  for (const [i, item] of items.entries()) yield* ofRequest(item, `/items/${i}`, limits)
}

function* ofRequest(
  request: Partial<FanOutRequest> | undefined,
  path: string,
  { maxKeepBody, insecure }: CallerLimits,
): Generator<Fault> {
  const body = request?.keep?.body
  if (body !== undefined && body > maxKeepBody)
    yield { path: `${path}/keep/body`, message: `must be at most ${maxKeepBody}, got ${body}` }
  if (request?.tls?.insecure === true && !insecure)
    yield { path: `${path}/tls/insecure`, message: 'must be false: this service checks certificates' }
}
