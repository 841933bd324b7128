import type { Exchange } from '../exchange.ts'

export type Behaviour = (exchange: Exchange, ask: Ask) => void

/** A target (RFC 9112, section 3.2) as words to be taken one after the other, and parameters. */
export class Ask {
  readonly #words: string[]
  readonly #parameters: URLSearchParams | undefined

  constructor(target: string) {
    const mark = target.indexOf('?')
    this.#words = (mark < 0 ? target : target.slice(0, mark)).split('/').filter((word) => word !== '')
    this.#parameters = mark < 0 ? undefined : new URLSearchParams(target.slice(mark))
  }

  take(otherwise = 'ok'): string {
    return this.#words.shift() ?? otherwise
  }

  takeNumber(otherwise: number): number {
    return Number(this.#words.shift() ?? otherwise)
  }

  text(name: string, otherwise: string): string {
    return this.#parameters?.get(name) ?? otherwise
  }

  number(name: string, otherwise: number): number {
    return Number(this.#parameters?.get(name) ?? otherwise)
  }
}
