import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCertificates, type Certificates } from './certificates.ts'
import type { Ask, Asked, ChildOptions, Counts, Kind, ListenerInfo, TargetOptions, Word } from './protocol.ts'

/**
 * Servers that do whatever the path of a request says, in a process of their own, so that its event loop and its
 * descriptors are not those of the test.
 *
 * ```ts
 * const targets = await startTargets({ kinds: ['http', 'mtls'], addresses: 8 })
 * targets.url('/ok', i)                     // address i modulo 8
 * targets.url('/status/503', i, 'mtls')     // with targets.certificates!.client
 * await targets.gate('a').held(4000)        // so many requests wait at /gate/a…
 * await targets.gate('a').open()            // … and are now answered
 * await targets.when({ open: 3900 })        // no polling: resolves when it is so
 * await targets.counts()
 * await targets.stop()
 * ```
 *
 * Paths (`child/behaviours/`). The first three may stand before any other, `/id/7/gate/a/delay/50/status/503`:
 *
 * | path | does |
 * |---|---|
 * | `/id/ID…` | as the rest says, and `seen()` knows how often that came |
 * | `/gate/NAME…` | as the rest says (`/ok` without one), once the test opens the gate |
 * | `/delay/MS…` | as the rest says, after so long |
 * | `…?times=N&key=K` | whatever the path says the first N times for that key, then `/ok` |
 * | `/ok?size=N` | 200 with a body of N bytes (2 by default) |
 * | `/status/CODE?size=N` | that status |
 * | `/retry-after/SECONDS?status=429` | 503 by default, with Retry-After; `date=1` says it as a date |
 * | `/redirect?to=URL&status=302` `/redirect/loop` `/redirect/circle/N/0` `/redirect/chain/N` | a chain ends at `/ok` |
 * | `/echo` | method, target, headers and body as JSON |
 * | `/bytes` | a body that is no UTF-8 |
 * | `/chunked?size=N` `/until-close?size=N` | a body without Content-Length |
 * | `/close` `/close-silently` | answers and closes, said before or not |
 * | `/keep-alive/SECONDS` | announces that time, and closes the connection when it has been idle for so long |
 * | `/1xx/N` | N times 103, then 200 |
 * | `/hang` `/hang-body?size=N` `/half-head?then=hang` | nothing; half a body; half a head; and then silence |
 * | `/crumbs?size=N` | N bytes in as many chunks, and then silence |
 * | `/drip?every=50&size=N` | a byte each 50 ms; without `size` for ever |
 * | `/endless` | a body without end, as fast as it is read |
 * | `/half-head` `/short` `/long` | closes in mid-head; before Content-Length is reached; sends more than it |
 * | `/garbage` `/bad-chunk` `/bad-length` `/two-lengths` `/body-of-204` `/twice` | what HTTP forbids |
 * | `/huge-headers?size=N` `/endless-headers` `/endless-1xx` | heads that are too large |
 * | `/reset` `/reset-body` | RST before the answer; in mid-body (HTTP/2: of the stream) |
 * | `/drop` | the connection closes without an answer (HTTP/2: with all its streams) |
 * | `/refuse` `/goaway` | HTTP/2 only: REFUSED_STREAM; answers, and then GOAWAY |
 */
export async function startTargets(options: TargetOptions = {}): Promise<Targets> {
  const { kinds = ['http'], addresses = 1, ports = 1, maxStreams = 1000 } = options
  const folder = await mkdtemp(join(tmpdir(), 'targets-'))
  try {
    const certificates = kinds.some((kind) => kind === 'https' || kind === 'mtls' || kind === 'h2')
      ? await makeCertificates(
          folder,
          Array.from({ length: addresses }, (_, i) => `127.0.0.${i + 1}`),
        )
      : undefined
    const child = started({ kinds, addresses, ports, maxStreams, folder })
    const [word] = (await Promise.race([once(child, 'message'), failed(child)])) as [Word]
    const listeners = (word as { listeners: ListenerInfo[] }).listeners
    return new Targets(child, folder, listeners, certificates)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** How long something may take that a test waits for, ms; long enough for a busy machine. */
const PATIENCE = 30_000

export class Targets {
  readonly #byKind: ReadonlyMap<Kind, readonly ListenerInfo[]>
  readonly #calls = new Map<number, (answer: unknown) => void>()
  #count = 0

  constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** In the order of `countsByListener()`. */
    readonly listeners: readonly ListenerInfo[],
    private readonly pems: Certificates | undefined,
  ) {
    const kinds = [...new Set(listeners.map(({ kind }) => kind))]
    this.#byKind = new Map(kinds.map((kind) => [kind, listeners.filter((one) => one.kind === kind)]))
    child.on('message', (word: { call: number; answer: unknown }) => {
      this.#calls.get(word.call)?.(word.answer)
      this.#calls.delete(word.call)
    })
  }

  get pid(): number {
    return this.child.pid!
  }

  /** @throws where no kind uses TLS */
  get certificates(): Certificates {
    if (this.pems === undefined) throw new Error('none of these targets uses TLS')
    return this.pems
  }

  /** Of the listener of that kind that is the i-th, counted round and round. Paths of `unix` go with `socketPath`. */
  url(path: string, i = 0, kind: Kind = this.listeners[0]!.kind): string {
    const { address, port } = this.#listener(i, kind)
    const scheme = kind === 'http' || kind === 'h2c' || kind === 'unix' ? 'http' : 'https'
    return kind === 'unix' ? `http://localhost${path}` : `${scheme}://${address}:${port}${path}`
  }

  /** Of the kind `unix`. */
  get socketPath(): string {
    return this.#listener(0, 'unix').address
  }

  /** Of all listeners together. */
  async counts(): Promise<Counts> {
    return (await this.#ask('counts', {})).total
  }

  async countsByListener(): Promise<Counts[]> {
    return (await this.#ask('counts', {})).listeners
  }

  async openConnections(): Promise<number> {
    return (await this.counts()).open
  }

  /** How often each id was asked for. */
  seen(): Promise<Record<string, number>> {
    return this.#ask('seen', {})
  }

  /** Counts anew; also how often a key or an id was asked for is forgotten. */
  async reset(): Promise<void> {
    await this.#ask('reset', {})
  }

  /**
   * When the counts of all listeners are these; they may have moved on by the time that one sees it.
   * @throws when it does not come to that
   */
  when(counts: Partial<Counts>, patience = PATIENCE): Promise<Counts> {
    return this.#waited('when', { counts, atLeast: false }, patience, `exactly ${JSON.stringify(counts)}`)
  }

  /** When the counts are these or more. @throws when it does not come to that */
  whenAtLeast(counts: Partial<Counts>, patience = PATIENCE): Promise<Counts> {
    return this.#waited('when', { counts, atLeast: true }, patience, `at least ${JSON.stringify(counts)}`)
  }

  gate(gate: string) {
    return {
      /** When so many requests, or more, wait there. @throws when it does not come to that */
      held: (count: number, patience = PATIENCE): Promise<number> =>
        this.#waited('held', { gate, count }, patience, `${count} at gate ${gate}`),
      /** Lets through those that wait, and all that come later; answers how many waited. */
      open: (): Promise<number> => this.#ask('open', { gate }),
      /** From now on requests wait again. */
      shut: (): Promise<null> => this.#ask('shut', { gate }),
    }
  }

  /** Closes every connection on which nothing is asked, as a server does after its own idle time; answers how many. */
  closeIdle(): Promise<number> {
    return this.#ask('closeIdle', {})
  }

  /** Resets every connection; answers how many. */
  resetAll(): Promise<number> {
    return this.#ask('resetAll', {})
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = once(this.child, 'exit')
      this.child.kill('SIGKILL')
      await exit
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  #listener(i: number, kind: Kind): ListenerInfo {
    const all = this.#byKind.get(kind) ?? []
    const one = all[i % all.length]
    if (one === undefined) throw new Error(`no targets of kind ${kind} were started`)
    return one
  }

  #ask<A extends Ask>(ask: A, question: Asked[A]['question']): Promise<Asked[A]['answer']> {
    const call = ++this.#count
    return new Promise<unknown>((resolve, reject) => {
      this.#calls.set(call, resolve)
      this.child.send({ call, ask, ...question }, (error) => error && reject(error))
    }) as Promise<Asked[A]['answer']>
  }

  async #waited<A extends Ask>(
    ask: A,
    question: Asked[A]['question'],
    patience: number,
    what: string,
  ): Promise<Asked[A]['answer']> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, patience, undefined)))
    const answer = await Promise.race([this.#ask(ask, question), late])
    clearTimeout(timer)
    if (answer !== undefined) return answer
    throw new Error(`waited ${patience} ms for ${what}; it is ${JSON.stringify(await this.counts())}`)
  }
}

function started(options: ChildOptions): ChildProcess {
  const program = fileURLToPath(new URL('child/program.ts', import.meta.url))
  return fork(program, [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null]
  throw new Error(`the targets' process ended with ${code} before it listened`)
}
