import { tagSet } from '../shared/tag-set.ts'
import { ReadyQueue, type Turn } from './ready-queue.ts'
import type { Row } from './row.ts'

/** The tasks whose tags are exactly those on the way here, and the sets that have more. */
interface Node {
  line: ReadyQueue | undefined
  readonly more: Map<string, Node>
}

/**
 * Tasks by their set of tags: a tree of sorted tags, one line for each set. A worker follows only the tags that it
 * offers, so thousands of tasks, or of sets, that do not fit it cost it nothing.
 */
export class TagLines {
  readonly #root = newNode()

  constructor(private readonly turn: Turn) {}

  add(row: Row): void {
    let node = this.#root
    for (const tag of tagSet(row.tags)) {
      let next = node.more.get(tag)
      if (next === undefined) node.more.set(tag, (next = newNode()))
      node = next
    }
    node.line ??= new ReadyQueue(this.turn)
    node.line.add(row)
  }

  delete(row: Row): void {
    this.#deleteBelow(this.#root, tagSet(row.tags), 0, row)
  }

  /** The lines of all sets that have no other tags than these. */
  within(tags: readonly string[]): ReadyQueue[] {
    const offered = tagSet(tags)
    const lines: ReadyQueue[] = []
    const visit = (node: Node, from: number): void => {
      if (node.line !== undefined) lines.push(node.line)
      if (node.more.size === 0) return
      for (let i = from; i < offered.length; i++) {
        const next = node.more.get(offered[i]!)
        if (next !== undefined) visit(next, i + 1)
      }
    }
    visit(this.#root, 0)
    return lines
  }

  #deleteBelow(node: Node, tags: readonly string[], at: number, row: Row): void {
    const tag = tags[at]
    if (tag === undefined) {
      node.line?.delete(row)
      if (node.line?.size === 0) node.line = undefined
      return
    }
    const next = node.more.get(tag)
    if (next === undefined) return
    this.#deleteBelow(next, tags, at + 1, row)
    if (next.line === undefined && next.more.size === 0) node.more.delete(tag)
  }
}

function newNode(): Node {
  return { line: undefined, more: new Map() }
}
