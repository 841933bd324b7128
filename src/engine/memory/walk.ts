import { blockOf, firstOf } from './blocks.ts'
import { bitCount, emptyWords, highest, lowest, type Members, type Words } from './seq-set.ts'

/** A condition: the members of any of the sets of each group. No group at all is no condition, so give at least one. */
export type Groups = readonly (readonly Members[])[]

/**
 * Visits the members of the condition in order, from `from` on (inclusive), until `visit` answers false. The smallest
 * group leads: only blocks in which it has members are looked at, so a rare condition costs little among a million.
 */
export function walk(
  groups: Groups,
  from: number | undefined,
  ascending: boolean,
  visit: (seq: number) => boolean,
): void {
  eachBlock(groups, from === undefined ? undefined : blockOf(from), ascending, (block, words) => {
    const first = firstOf(block)
    for (let i = 0; i < words.length; i++) {
      const word = ascending ? i : words.length - 1 - i
      let bits = words[word]!
      while (bits !== 0) {
        const bit = ascending ? lowest(bits) : highest(bits)
        bits &= ~(1 << bit)
        const seq = first + word * 32 + bit
        if (from !== undefined && (ascending ? seq < from : seq > from)) continue
        if (!visit(seq)) return false
      }
    }
    return true
  })
}

/** The members of one set, ascending. */
export function seqsOf(set: Members): number[] {
  const seqs: number[] = []
  walk([[set]], undefined, true, (seq) => seqs.push(seq) > 0)
  return seqs
}

/** How many members the condition has; counting stops at the first block that reaches `most`. */
export function countMembers(groups: Groups, most: number): number {
  const single = groups.length === 1 && groups[0]!.length === 1 ? groups[0]![0]! : undefined
  if (single !== undefined) return single.size
  let count = 0
  eachBlock(groups, undefined, true, (_, words) => {
    for (const bits of words) if (bits !== 0) count += bitCount(bits)
    return count < most
  })
  return count
}

function eachBlock(
  groups: Groups,
  from: number | undefined,
  ascending: boolean,
  visit: (block: number, words: Words) => boolean,
): void {
  const leader = smallest(groups)
  let at = from ?? (ascending ? 0 : Number.MAX_SAFE_INTEGER)
  for (;;) {
    const block = nextBlock(leader, at, ascending)
    if (block === undefined) return
    if (!visit(block, members(groups, block))) return
    at = ascending ? block + 1 : block - 1
    if (at < 0) return
  }
}

function members(groups: Groups, block: number): Words {
  let result: Words | undefined
  for (const group of groups) {
    const words = emptyWords()
    for (const set of group) set.unite(block, words)
    if (result === undefined) result = words
    else for (let i = 0; i < words.length; i++) result[i]! &= words[i]!
  }
  return result ?? emptyWords()
}

function nextBlock(group: readonly Members[], from: number, ascending: boolean): number | undefined {
  let best: number | undefined
  for (const set of group) {
    const block = set.nearestBlock(from, ascending)
    if (block !== undefined && (best === undefined || (ascending ? block < best : block > best))) best = block
  }
  return best
}

function smallest(groups: Groups): readonly Members[] {
  const size = (group: readonly Members[]) => group.reduce((sum, set) => sum + set.size, 0)
  return groups.reduce((least, group) => (size(group) < size(least) ? group : least))
}
