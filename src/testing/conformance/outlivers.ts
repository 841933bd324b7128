import type { Claim, Holding } from '../../engine/contract.ts'

interface Run {
  readonly operation: string
  /** When its lease runs out, unless it is renewed. */
  until: number | undefined
}

/** The runs of a random sequence of calls: which of them still holds its task, and which goes on after its end. */
export class Outlivers {
  readonly #runs = new Map<string, Run>()
  readonly #lastOf = new Map<string, string>()
  readonly #outliving = new Set<string>()

  started({ id, lease, task }: Claim, until: number | undefined): void {
    this.#runs.set(lease, { operation: task.operation, until })
    this.#lastOf.set(id, lease)
  }

  /** Whether the lease is that of the last claim of its task; it holds the task while that runs. */
  isLast({ id, lease }: Holding): boolean {
    return this.#lastOf.get(id) === lease
  }

  /** The task has ended, and the run that held it goes on. */
  outlives(id: string): void {
    const lease = this.#lastOf.get(id)
    if (lease !== undefined) this.#outliving.add(lease)
  }

  gone({ lease }: Holding): void {
    this.#outliving.delete(lease)
  }

  renewed({ id, lease }: Holding, now: number, by: number): void {
    const run = this.#runs.get(lease)
    if (run?.until !== undefined && run.until > now && this.isLast({ id, lease })) run.until = now + by
  }

  /** How many of the operation go on beyond their tasks. */
  count(operation: string, now: number): number {
    const runs = [...this.#outliving].map((lease) => this.#runs.get(lease)!)
    return runs.filter((run) => run.operation === operation && (run.until ?? Infinity) > now).length
  }
}
