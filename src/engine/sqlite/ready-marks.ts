import type { Operation } from './operations.ts'
import type { Row } from './row.ts'

/** Offers of tags that are remembered; a process has one, as a rule. */
const MOST_OFFERS = 8

/**
 * Where claims go on. Before a mark, nothing is left in its stage that a worker with these tags could take: what is there
 * is held by a run, or wants other tags. So a claim does not look at the same tasks again and again.
 */
export class ReadyMarks {
  readonly #byOffer = new Map<string, Map<Operation, Map<number, number>>>()

  /** The sequence number from which on a claim has to look. */
  get(tags: readonly string[] | undefined, op: Operation, stage: number): number {
    return this.#byOffer.get(offer(tags))?.get(op)?.get(stage) ?? 0
  }

  set(tags: readonly string[] | undefined, op: Operation, stage: number, from: number): void {
    const key = offer(tags)
    let ofOffer = this.#byOffer.get(key)
    if (ofOffer === undefined) {
      if (this.#byOffer.size >= MOST_OFFERS) this.#byOffer.clear()
      this.#byOffer.set(key, (ofOffer = new Map()))
    }
    let ofOperation = ofOffer.get(op)
    if (ofOperation === undefined) ofOffer.set(op, (ofOperation = new Map()))
    ofOperation.set(stage, from)
  }

  /** The row may be claimed from now on. */
  add({ op, stage, seq }: Row): void {
    for (const ofOffer of this.#byOffer.values()) {
      const ofOperation = ofOffer.get(op)
      const mark = ofOperation?.get(stage)
      if (mark !== undefined && mark > seq) ofOperation?.set(stage, seq)
    }
  }

  clear(): void {
    this.#byOffer.clear()
  }
}

function offer(tags: readonly string[] | undefined): string {
  return tags === undefined ? '' : JSON.stringify(tags)
}
