import type { Matter } from './record.ts'

const MOST = 10_000

/** What never changes of the tasks that runs of this process hold. It may forget: then it is fetched again. */
export class Held {
  readonly #matters = new Map<string, Matter>()

  get(id: string): Matter | undefined {
    return this.#matters.get(id)
  }

  set(id: string, matter: Matter): void {
    this.#matters.delete(id)
    this.#matters.set(id, matter)
    if (this.#matters.size <= MOST) return
    for (const oldest of this.#matters.keys()) {
      this.#matters.delete(oldest)
      break
    }
  }

  delete(id: string): void {
    this.#matters.delete(id)
  }
}
