import type { AnimatorPlace } from '../core/animator.ts'
import { MajordomoError } from '../core/errors.ts'

type Make = (place: AnimatorPlace) => unknown

/** What the animators of a manager have in common: each thing once, from when it is first asked for until the manager closes. */
export class Commons {
  readonly #made = new Map<Make, unknown>()
  #closed = false
  readonly place: AnimatorPlace

  constructor(around: Omit<AnimatorPlace, 'shared'>) {
    this.place = Object.freeze({
      ...around,
      shared: <T>(make: (place: AnimatorPlace) => T) => this.#get(make),
    })
  }

  /** Never rejects: `failed` is told what each of them throws. */
  async close(failed: (error: unknown) => void): Promise<void> {
    // A run that was abandoned, or an animator that is still being opened, would have made what nobody closes.
    this.#closed = true
    const closing = [...this.#made.values()].map(async (made) => {
      // Whoever asked for what could not be made has heard of it.
      const thing = await Promise.resolve(made).catch(() => undefined)
      try {
        if (isClosable(thing)) await thing.close()
      } catch (error) {
        failed(error)
      }
    })
    await Promise.all(closing)
  }

  #get<T>(make: (place: AnimatorPlace) => T): T {
    if (this.#closed) throw new MajordomoError('manager-closed')
    if (this.#made.has(make)) return this.#made.get(make) as T
    const made = make(this.place)
    this.#made.set(make, made)
    if (made instanceof Promise) made.catch(() => this.#made.delete(make))
    return made
  }
}

function isClosable(thing: unknown): thing is { close(): unknown } {
  return typeof (thing as { close?: unknown } | null | undefined)?.close === 'function'
}
