import type { WorkerDraft, WorkerMode, WorkerState } from '../contract.ts'

/** What an operation remembers of {@link Crew.lacks}. */
export interface Served {
  readonly name: string
  servedUntil: number
  crewSeen: number
}

interface Member {
  draft: WorkerDraft
  mode: WorkerMode
  /** These two in engine time. */
  heartbeat: number
  until: number
}

/** The workers that have announced themselves. */
export class Crew {
  readonly #members = new Map<string, Member>()
  /** Moves with each change, so that an operation can tell whether what it remembers still holds; 0: nobody ever came. */
  #changes = 0

  /**
   * @param epoch what engine time is counted from
   * @param now engine time
   */
  constructor(
    private readonly epoch: number,
    private readonly now: () => number,
  ) {}

  announce(draft: WorkerDraft, ttl: number): WorkerMode {
    // What was asked of a worker holds also when it was late with its sign of life.
    const mode = this.#members.get(draft.id)?.mode ?? 'running'
    const now = this.now()
    this.#members.set(draft.id, { draft, mode, heartbeat: now, until: now + ttl })
    this.#changes++
    return mode
  }

  dismiss(id: string): void {
    if (this.#members.delete(id)) this.#changes++
  }

  setMode(id: string, mode: WorkerMode): WorkerState | undefined {
    const member = this.#members.get(id)
    if (member === undefined || !this.#isAlive(member)) return undefined
    member.mode = mode
    this.#changes++
    return this.#state(member)
  }

  list(): WorkerState[] {
    const alive = [...this.#members.values()].filter((member) => this.#isAlive(member))
    return alive.map((member) => this.#state(member)).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** Whether no worker would take a task of the operation with these tags; never before one has announced itself. */
  lacks(op: Served, tags: readonly string[]): boolean {
    if (this.#changes === 0) return false
    if (op.crewSeen !== this.#changes) {
      op.crewSeen = this.#changes
      op.servedUntil = this.#servedUntil(op.name, [])
    }
    return (tags.length === 0 ? op.servedUntil : this.#servedUntil(op.name, tags)) <= this.now()
  }

  #servedUntil(operation: string, tags: readonly string[]): number {
    let until = Number.NEGATIVE_INFINITY
    for (const member of this.#members.values()) {
      const { operations, tags: offered } = member.draft
      if (member.until <= until || member.mode !== 'running' || !operations.includes(operation)) continue
      if (offered === undefined || tags.every((tag) => offered.includes(tag))) until = member.until
    }
    return until
  }

  #isAlive({ until }: Member): boolean {
    return until > this.now()
  }

  #state({ draft, mode, heartbeat }: Member): WorkerState {
    return Object.freeze({ ...draft, mode, heartbeatAt: this.epoch + heartbeat })
  }
}
