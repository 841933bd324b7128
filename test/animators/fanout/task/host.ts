import { Manager, type CreateOptions, type ManagerOptions, type Task } from '../../../../src/index.ts'
import {
  fanout,
  type FanOutAnimatorOptions,
  type FanOutItem,
  type FanOutSummary,
} from '../../../../src/animators/fanout/index.ts'
import type { Engine } from '../../../../src/engine/contract.ts'

/** A manager with a fan-out, as users of this package have it. */
export class Host {
  constructor(readonly manager: Manager) {}

  async created(args: unknown, options?: CreateOptions): Promise<string> {
    return (await this.manager.create('HTTP_FANOUT', args, options)).task.id
  }

  /** The task, when it has ended. */
  async ran(args: unknown, options?: CreateOptions): Promise<Ended> {
    return this.ended(await this.created(args, options))
  }

  async ended(id: string): Promise<Ended> {
    const task = await this.manager.waitFor(id)
    return { task, summary: task.result as unknown as FanOutSummary, items: await this.items(id) }
  }

  /** All that are stored, in the order in which they ended. */
  async items(id: string): Promise<FanOutItem[]> {
    const items: FanOutItem[] = []
    for (let after = 0; ;) {
      const page = await this.manager.output(id, { stream: 'items', after, limit: 1000 })
      items.push(...page.items.map(({ data }) => data as unknown as FanOutItem))
      if (page.items.length < 1000) return items
      after = page.cursor
    }
  }

  close(): Promise<void> {
    return this.manager.close({ grace: 0 })
  }
}

export interface Ended {
  readonly task: Task
  readonly summary: FanOutSummary
  readonly items: readonly FanOutItem[]
}

type Made = Partial<FanOutAnimatorOptions> & { engine?: Engine }

/** Hosts for the tests of one suite; what is left of them is closed after each test. */
export function useHosts() {
  const all: Host[] = []
  afterEach(() => Promise.all(all.splice(0).map((host) => host.close())))
  return (
    { engine, ...options }: Made = {},
    settings: Omit<ManagerOptions, 'engine'> = {},
    animator = fanout({ allow: ['127.0.0.0/8'], ...options }),
  ): Host => {
    const manager = new Manager({
      purgeDelay: '1h',
      ...settings,
      ...(engine === undefined ? {} : { engine }),
    })
    const host = new Host(manager.register('HTTP_FANOUT', animator))
    all.push(host)
    return host
  }
}

/** How many items there are of each state. */
export function states(items: readonly FanOutItem[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { state } of items) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** 0, 1, 2 … */
export function rangeOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
