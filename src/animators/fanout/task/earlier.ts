import type { TaskOps } from '../../../core/animator.ts'
import type { FanOutItem } from '../item.ts'

const PAGE = 1000

/** What an earlier run of the same task has left: after an interruption, a list goes on where it was. */
export interface Earlier {
  /** Items that need not be sent again, in the order in which they ended, and without what is only to be shown. */
  readonly items: readonly FanOutItem[]
  /** Characters of the bodies that were kept of them. */
  readonly kept: number
  /** Requests with a lower index may have been sent; those from here on were not. */
  readonly announced: number
}

const NOTHING_EARLIER: Earlier = { items: [], kept: 0, announced: 0 }

/** What a run notes before it sends requests with a lower index than that. */
export type Note = { readonly announced: number }

export async function earlier(ops: Pick<TaskOps, 'lastCheckpoint' | 'readOutput'>): Promise<Earlier> {
  const note = (await ops.lastCheckpoint()) as Note | undefined
  return note === undefined ? NOTHING_EARLIER : { ...(await endedItems(ops)), announced: note.announced }
}

/** Those that were canceled, by a timeout of the task for example, are sent again. */
async function endedItems(
  ops: Pick<TaskOps, 'lastCheckpoint' | 'readOutput'>,
): Promise<Omit<Earlier, 'announced'>> {
  const byIndex = new Map<number, FanOutItem>()
  let kept = 0
  for (let after = 0; ;) {
    const page = await ops.readOutput({ stream: 'items', after, limit: PAGE })
    for (const { data } of page.items) {
      const { body, headers: _, ...item } = data as unknown as FanOutItem
      kept += body?.length ?? 0
      if (item.state !== 'CANCELED') byIndex.set(item.index, item)
    }
    if (page.items.length < PAGE) return { items: [...byIndex.values()], kept }
    after = page.cursor
  }
}
