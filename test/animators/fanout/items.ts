import type { FanOutItem } from '../../../src/animators/fanout/index.ts'

export async function collected(list: AsyncIterable<FanOutItem>): Promise<FanOutItem[]> {
  const items: FanOutItem[] = []
  for await (const item of list) items.push(item)
  return items
}

/** How many items there are of each error code; 'none' for those without an error. */
export function codes(items: readonly FanOutItem[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { error } of items) {
    const code = error?.code ?? 'none'
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}
