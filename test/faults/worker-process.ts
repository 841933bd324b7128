import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { within } from './patience.ts'
import { steadyNow } from './steady-clock.ts'
import type { WorkerConfig } from './worker/config.ts'
import type { FenceRecord } from './worker/fence.ts'
import type { Answers, Question, Request, Word } from './worker/protocol.ts'

const PROGRAM = fileURLToPath(new URL('worker/program.ts', import.meta.url))
/** A process has to do what it is asked within this, ms. */
const PATIENCE = 60_000

/** A worker process, from its start to its death. */
export class WorkerProcess {
  /** Its runs, as far as it could still tell of them. */
  readonly records: FenceRecord[] = []
  /** When it was found dead, by the clock that all processes share, ms. */
  diedAt: number | undefined
  readonly exit: Promise<number | null>
  readonly opened: Promise<void>
  readonly #child: ChildProcess
  readonly #calls = new Map<number, { resolve: (answer: unknown) => void; reject: (why: Error) => void }>()
  readonly #looks = new Set<() => void>()
  #count = 0

  constructor(
    readonly config: WorkerConfig,
    /** What starts it, where it is not this process's own node: a command, and its arguments before those of node. */
    wrapper: readonly string[] = [],
  ) {
    this.#child = fork(PROGRAM, [JSON.stringify(config)], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      ...wrapped(wrapper),
    })
    this.exit = once(this.#child, 'exit').then(([code]) => this.#died(code as number | null))
    let open = (): void => {}
    this.opened = new Promise<void>((resolve) => (open = resolve))
    this.#child.on('message', (word: Word) => (word.kind === 'open' ? open() : this.#heard(word)))
  }

  get pid(): number {
    return this.#child.pid!
  }

  get alive(): boolean {
    return this.diedAt === undefined
  }

  /** @throws when it dies before it answers, or refuses */
  ask<R extends Request>(request: R): Promise<Answers[R['ask']]> {
    const call = ++this.#count
    const answer = new Promise<unknown>((resolve, reject) => this.#calls.set(call, { resolve, reject }))
    const question: Question = { call, request }
    this.#child.send(question, (error) => error && this.#refused(call, error.message))
    return within(PATIENCE, `${this.config.name} answers ${request.ask}`, answer) as Promise<
      Answers[R['ask']]
    >
  }

  /** The first record that is wanted, of those that there are and those that come. */
  async record(what: string, wanted: (record: FenceRecord) => boolean): Promise<FenceRecord> {
    let look = (): void => {}
    const found = new Promise<FenceRecord>((resolve) => {
      look = () => {
        const record = this.records.find(wanted)
        if (record !== undefined) resolve(record)
      }
    })
    this.#looks.add(look)
    look()
    return within(PATIENCE, `${this.config.name}: ${what}`, found).finally(() => this.#looks.delete(look))
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** kill -9 */
  async kill(): Promise<void> {
    if (!this.alive) return
    this.signal('SIGKILL')
    await within(PATIENCE, `${this.config.name} is dead`, this.exit)
  }

  #heard(word: Exclude<Word, { kind: 'open' }>): void {
    if (word.kind === 'run') {
      this.records.push(word.record)
      for (const look of this.#looks) look()
      return
    }
    if (word.kind === 'refusal') return this.#refused(word.call, word.message)
    this.#calls.get(word.call)?.resolve(word.answer)
    this.#calls.delete(word.call)
  }

  #refused(call: number, why: string): void {
    this.#calls.get(call)?.reject(new Error(why))
    this.#calls.delete(call)
  }

  #died(code: number | null): number | null {
    this.diedAt = steadyNow()
    for (const call of this.#calls.keys()) this.#refused(call, `${this.config.name} died`)
    return code
  }
}

/** `fork` with another program in front: node, with its arguments, becomes the last of that program's. */
function wrapped([command, ...args]: readonly string[]): { execPath?: string; execArgv?: string[] } {
  if (command === undefined) return {}
  return { execPath: command, execArgv: [...args, process.execPath, '--import', 'tsx'] }
}
