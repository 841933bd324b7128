import { randomBytes } from 'node:crypto'
import { DueHeap, type Due } from '../../core/due-heap.ts'
import { TurnoverMap } from '../../core/turnover-map.ts'
import type { Holding } from '../contract.ts'
import type { Operation } from './operations.ts'
import type { Row } from './row.ts'

/** A task in the hands of a run. */
export interface Hold {
  readonly row: Row
  readonly batch: ClaimBatch
  readonly token: string
  /** How many interruptions are borne; any number if undefined. */
  readonly mostInterrupts: number | undefined
  /** When the lease ends; undefined: when it is settled. */
  until: number | undefined
}

/**
 * A claim, as far as its tasks are held. It is due when the first of their leases would end that was not prolonged since
 * it was looked at: to prolong a lease costs nothing then.
 */
export class ClaimBatch implements Due {
  due = 0
  place = -1
  holds: Hold[] = []
  /** How many of them are held. */
  left = 0

  /** @param lease ms; undefined: until they are settled */
  constructor(
    readonly number: number,
    readonly lease: number | undefined,
  ) {}
}

/** A run that outlived its task. It keeps its concurrency key and its place under the limit until it is gone. */
export class Ghost implements Due {
  due = 0
  place = -1

  constructor(
    readonly id: string,
    readonly token: string,
    readonly op: Operation,
    readonly wants: string | undefined,
  ) {}
}

/**
 * Who holds what. It lives in memory: whatever runs is few, and none of it outlives the process. Leases too: to renew
 * one costs no write.
 */
export class Holds {
  readonly #bySeq = new TurnoverMap<number, Hold>()
  readonly ghosts = new Map<string, Ghost>()
  readonly dues = new DueHeap<ClaimBatch | Ghost>()
  /** When leases ended that were prolonged or given up in the transaction so far. */
  #before: Pick<Hold, 'token' | 'until'>[] = []
  /** Leases of another life of this file, or of another file, never equal ours. */
  readonly #incarnation = randomBytes(3).toString('hex')

  token(claim: number, seq: number): string {
    return `${this.#incarnation}${claim.toString(36)}.${seq.toString(36)}`
  }

  of(seq: number): Row | undefined {
    return this.#bySeq.get(seq)?.row
  }

  /** The task that is held under this lease; undefined when the lease no longer counts. */
  holder({ id, lease }: Holding): Row | undefined {
    const hold = this.#bySeq.get(Number.parseInt(lease.slice(lease.indexOf('.') + 1), 36))
    return hold?.token === lease && hold.row.id === id ? hold.row : undefined
  }

  add(hold: Hold): void {
    const { row, batch, until } = hold
    row.hold = hold
    batch.left++
    batch.holds.push(hold)
    this.#bySeq.set(row.seq, hold)
    if (until !== undefined && (batch.place < 0 || until < batch.due)) this.dues.set(batch, until)
  }

  delete(hold: Hold): void {
    const { row, batch } = hold
    this.#before.push(hold)
    row.hold = undefined
    this.#bySeq.delete(row.seq)
    if (--batch.left === 0) this.dues.delete(batch)
  }

  prolong(hold: Hold, until: number): void {
    const { token, until: before } = hold
    this.#before.push({ token, until: before })
    hold.until = until
  }

  /** Those of a batch that is due whose lease is over; the others are looked at again in time. */
  expired(batch: ClaimBatch, now: number): Hold[] {
    batch.holds = batch.holds.filter((hold) => hold.row.hold === hold)
    const untils = batch.holds.map(({ until }) => until ?? Infinity).filter((until) => until > now)
    const next = Math.min(...untils)
    if (next < Infinity) this.dues.set(batch, next)
    return batch.holds.filter(({ until }) => until !== undefined && until <= now)
  }

  committed(): void {
    if (this.#before.length > 0) this.#before = []
  }

  /** Where the transaction stands, for {@link Holds.reset}. */
  get mark(): number {
    return this.#before.length
  }

  /** Forgets everything, because it has to be read again. Answers when leases ended at the mark, by token. */
  reset(mark: number): ReadonlyMap<string, number | undefined> {
    const untils = new Map([...this.#bySeq.values()].map(({ token, until }) => [token, until]))
    for (const { token, until } of this.#before.splice(mark).reverse()) untils.set(token, until)
    this.#bySeq.clear()
    this.ghosts.clear()
    this.dues.clear()
    return untils
  }

  rows(): Row[] {
    return [...this.#bySeq.values()].map(({ row }) => row)
  }
}
