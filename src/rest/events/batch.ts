import type { Frame } from './frame.ts'
import { sees, type Scope } from './scope.ts'

/** Changes that are sent together; encoded once for all readers that see the same. */
export class Batch {
  readonly #frames: readonly Frame[]
  readonly #chunks = new Map<string, Buffer>()
  #size: number | undefined

  constructor(frames: readonly Frame[]) {
    this.#frames = frames
  }

  /** What one who sees everything would have to take, in bytes, roughly. */
  get size(): number {
    return (this.#size ??= this.#frames.reduce((sum, { text }) => sum + text.length, 0))
  }

  chunk(scope: Scope): Buffer {
    let chunk = this.#chunks.get(scope.key)
    if (chunk === undefined) this.#chunks.set(scope.key, (chunk = encoded(this.#frames, scope)))
    return chunk
  }
}

function encoded(frames: readonly Frame[], scope: Scope): Buffer {
  let text = ''
  for (const frame of frames) if (sees(scope, frame)) text += frame.text
  return Buffer.from(text)
}
