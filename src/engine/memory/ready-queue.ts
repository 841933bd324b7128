import { SeqSet } from './seq-set.ts'

/** Tasks in the order in which they are taken: by priority, the higher first, then by creation. */
export class ReadyQueue {
  readonly #levels: { readonly priority: number; readonly members: SeqSet }[] = []
  size = 0

  add(priority: number, seq: number): void {
    this.#level(priority).add(seq)
    this.size++
  }

  delete(priority: number, seq: number): void {
    const at = this.#levels.findIndex((level) => level.priority === priority)
    const level = this.#levels[at]
    if (level === undefined || !level.members.has(seq)) return
    level.members.delete(seq)
    this.size--
    if (level.members.size === 0 && this.#levels.length > 1) this.#levels.splice(at, 1)
  }

  /** The sequence number of the next task. */
  first(): number | undefined {
    for (const level of this.#levels) if (level.members.size > 0) return level.members.first()
    return undefined
  }

  #level(priority: number): SeqSet {
    const at = this.#levels.findIndex((level) => level.priority <= priority)
    if (this.#levels[at]?.priority === priority) return this.#levels[at].members
    const level = { priority, members: new SeqSet() }
    this.#levels.splice(at < 0 ? this.#levels.length : at, 0, level)
    return level.members
  }
}
