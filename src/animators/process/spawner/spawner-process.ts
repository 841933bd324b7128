import { fork, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { identityOf } from '../../../machine/proc.ts'
import type { Family } from '../host/family.ts'
import type { FromSpawner, Introduction, ToSpawner } from './messages.ts'

/** How a spawner ended, and what it said last of it. */
export interface SpawnerEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly lastWords: string
}

/** Characters of what it printed that are kept. */
const LAST_WORDS = 2_000
/** How long after its end they are waited for, ms. */
const LAST_WORDS_WITHIN = 200

/** A process that starts others on behalf of this one: small, so that it is quickly copied, and apart, so that that holds nobody up. */
export class SpawnerProcess {
  readonly #process: ChildProcess
  #lastWords = ''
  #doubt: NodeJS.Timeout | undefined
  /** Resolves when it has gone; rejects with the system's error where it cannot be started. */
  readonly ended: Promise<SpawnerEnd>

  /** @throws the system's error, as `ended` may: EAGAIN, EMFILE, ENOMEM… */
  constructor(script: string, family: Family | undefined, heard: (message: FromSpawner) => void) {
    const introduction: Introduction = { service: identityOf(process.pid), family }
    const isSource = script.endsWith('.ts')
    const child = fork(script, [JSON.stringify(introduction)], {
      // In a session of its own, so that what a terminal sends to the service does not end it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: environment(isSource),
      // What reads TypeScript has been given to this process. It is found from where this process is.
      execArgv: isSource ? loaders(process.execArgv) : SMALL,
      ...(isSource ? {} : { cwd: '/' }),
    })
    this.#process = child
    // Without descriptors there is none, whatever the types say.
    const errors = child.stderr as (Readable & { unref?(): void }) | null | undefined
    errors?.setEncoding('utf8')
    errors?.on('data', (text: string) => (this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS)))
    errors?.on('error', () => {})
    errors?.unref?.()
    child.on('message', (message: FromSpawner) => {
      this.#trust()
      heard(message)
    })
    // One that cannot be talked to any more is of no use. Most often it is dying anyway.
    child.once('disconnect', () => this.kill())
    this.ended = new Promise((resolve, reject) => {
      child.once('error', (error) => {
        if (child.pid === undefined) reject(error)
      })
      child.once('exit', (exitCode, signal) => {
        this.#trust()
        const tell = (): void => {
          clearTimeout(late)
          resolve({ exitCode, signal, lastWords: this.#lastWords.trim() })
        }
        const late = setTimeout(tell, LAST_WORDS_WITHIN)
        child.once('close', tell)
      })
      // A message that could not be sent, or a signal: 'exit' tells what there is to be told.
      child.on('error', () => {})
    })
    this.ended.catch(() => {})
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** What a spawner that has died does not hear is lost; `ended` tells of that. */
  say(message: ToSpawner): void {
    if (this.#process.connected) this.#process.send(message, undefined, undefined, () => {})
  }

  /** It is killed unless it says anything within so long, ms. */
  answerWithin(ms: number): void {
    if (this.#doubt !== undefined) return
    this.#doubt = setTimeout(() => this.kill(), ms)
    this.say({ say: 'answer' })
  }

  /** Whether it holds the service open. */
  hold(open: boolean): void {
    const { channel } = this.#process
    if (open) {
      this.#process.ref()
      channel?.ref()
    } else {
      this.#process.unref()
      channel?.unref()
    }
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #trust(): void {
    clearTimeout(this.#doubt)
    this.#doubt = undefined
  }
}

/** Of the options that this process was started with, those without which TypeScript is not read. */
function loaders(execArgv: readonly string[]): string[] {
  const found: string[] = []
  for (const [i, one] of execArgv.entries()) {
    if (!LOADERS.has(one.split('=')[0]!)) continue
    found.push(one)
    const value = execArgv[i + 1]
    if (!one.includes('=') && value !== undefined) found.push(value)
  }
  return found
}

const LOADERS: ReadonlySet<string> = new Set([
  '--import',
  '--require',
  '-r',
  '--loader',
  '--experimental-loader',
])

/** It starts programs and keeps little, so it may be small. */
const SMALL = ['--max-semi-space-size=1']

/** Whatever the service's environment holds, secrets among it, has no business in another process. */
function environment(isSource: boolean): NodeJS.ProcessEnv {
  const names = isSource ? ['PATH', 'TMPDIR', 'NODE_OPTIONS'] : ['PATH', 'TMPDIR']
  const env: NodeJS.ProcessEnv = {}
  for (const name of names) if (process.env[name] !== undefined) env[name] = process.env[name]
  return env
}
