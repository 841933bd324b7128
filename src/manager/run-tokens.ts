import { randomBytes } from 'node:crypto'
import { MajordomoError } from '../core/errors.ts'
import type { Run } from './run.ts'

/** Which runs can be told of from outside, by whoever holds a token of theirs. */
export class RunTokens {
  readonly #runs = new Map<string, Run>()
  readonly #tokens = new Map<Run, string[]>()

  /** The run's token, made when it is first asked for. With `given`, that one is taken as well, and answered. */
  of(run: Run, given: string | undefined): string {
    const tokens = this.#tokens.get(run) ?? []
    if (given === undefined && tokens[0] !== undefined) return tokens[0]
    const token = given ?? randomBytes(24).toString('base64url')
    this.#tokens.set(run, [...tokens, token])
    this.#runs.set(token, run)
    return token
  }

  /** @throws {MajordomoError} `invalid-token` where no run of this task that goes on has it */
  need(id: string, token: string): Run {
    const run = this.#runs.get(token)
    if (run === undefined || run.over || run.claim.id !== id) throw new MajordomoError('invalid-token')
    return run
  }

  forget(run: Run): void {
    const tokens = this.#tokens.get(run)
    if (tokens === undefined) return
    this.#tokens.delete(run)
    for (const token of tokens) if (this.#runs.get(token) === run) this.#runs.delete(token)
  }
}
