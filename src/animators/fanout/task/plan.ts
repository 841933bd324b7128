import { InvalidArguments, type Fault } from '../../../core/errors.ts'
import { pointerToken } from '../../../core/json.ts'
import type { FanOutRequest, ListOptions } from '../request.ts'
import { UrlTemplate, type Misfit } from './template.ts'

/** More faults than this help nobody. */
export const MOST_FAULTS = 50

/** A text for `{target}`, or one for each variable of the template. */
export type TargetValues = string | Readonly<Record<string, string>>

/** The arguments of a fan-out, as its schema takes them. */
export interface FanOutArguments extends Omit<ListOptions, 'signal'> {
  readonly items?: readonly Partial<FanOutRequest>[]
  readonly targets?: readonly TargetValues[]
}

/** What arguments ask for: what a list is launched from. */
export interface Plan {
  readonly source: Partial<FanOutRequest>
  readonly requests: readonly Partial<FanOutRequest>[]
}

/** What arguments ask for. @throws {InvalidArguments} with every fault of those that are found on the way */
export function planOf(args: FanOutArguments): Plan {
  const { source, requests, faults } = planned(args)
  if (faults.length > 0) throw new InvalidArguments(faults)
  return { source, requests: requests as Plan['requests'] }
}

/** How the list is to be run. */
export function listOptionsOf(args: FanOutArguments): ListOptions {
  const { source: _, items: _items, targets: _targets, ...options } = args
  return options
}

/** A plan as far as it can be made. */
export interface Planned {
  readonly source: Partial<FanOutRequest>
  /** Undefined for those that are at fault. */
  readonly requests: readonly (Partial<FanOutRequest> | undefined)[]
  readonly faults: readonly Fault[]
}

export function planned({ source = {}, items, targets }: FanOutArguments): Planned {
  if (items !== undefined && targets !== undefined)
    return nothing(source, '/targets', 'must be left out where there are items')
  if (targets !== undefined) return fromTargets(source, targets)
  if (items === undefined) return nothing(source, '/items', 'is required, or targets')
  return { source, requests: items.map(withId), faults: [] }
}

function withId(item: Partial<FanOutRequest>, index: number): Partial<FanOutRequest> {
  return item.id === undefined ? { ...item, id: String(index) } : item
}

function nothing(source: Partial<FanOutRequest>, path: string, message: string): Planned {
  return { source, requests: [], faults: [{ path, message }] }
}

function fromTargets({ url, ...source }: Partial<FanOutRequest>, targets: readonly TargetValues[]): Planned {
  if (url === undefined) return nothing(source, '/source/url', 'is required where there are targets')
  const template = UrlTemplate.of(url)
  if (typeof template === 'string') return nothing(source, '/source/url', template)
  const requests: (Partial<FanOutRequest> | undefined)[] = []
  const faults: Fault[] = []
  for (const [i, target] of targets.entries()) {
    if (faults.length >= MOST_FAULTS) break
    const expanded = template.expanded(typeof target === 'string' ? { target } : target)
    if (typeof expanded === 'string') requests.push({ id: idOf(target, i), url: expanded })
    else {
      requests.push(undefined)
      faults.push(misfitAt(target, i, expanded))
    }
  }
  return { source, requests, faults }
}

/** A target's text tells more than its place. */
function idOf(target: TargetValues, index: number): string {
  const id = typeof target === 'string' ? target : target['id']
  return id === undefined || id === '' ? String(index) : id.slice(0, 200)
}

function misfitAt(target: TargetValues, index: number, { name, message }: Misfit): Fault {
  const path = `/targets/${index}`
  if (name === '') return { path, message }
  if (typeof target === 'object') return { path: `${path}/${pointerToken(name)}`, message }
  return name === 'target'
    ? { path, message }
    : { path, message: `must be an object with "${name}", because source.url has it` }
}
