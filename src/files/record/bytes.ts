import type { FileHandle } from 'node:fs/promises'

const BLOCK = 131_072

/**
 * The bytes of a file from one place to before another, in blocks.
 * @param ended what to do where the file ends before that: `throw`, or go on with zeros
 */
export async function* blocksOf(
  file: FileHandle,
  from: number,
  to: number,
  ended: 'throw' | 'zeros' = 'throw',
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to;) {
    const block = Buffer.allocUnsafe(Math.min(BLOCK, to - at))
    const { bytesRead } = await file.read(block, 0, block.length, at)
    if (bytesRead === 0 && ended === 'throw')
      throw new Error(`the file has become shorter: it ends at ${at}, and not at ${to}`)
    const some = bytesRead === 0 ? block.fill(0) : block.subarray(0, bytesRead)
    at += some.length
    yield some
  }
}

/** The same bytes; closes behind them however it ends, also where reading never began, which a generator would not notice. */
export function closing(
  bytes: AsyncGenerator<Uint8Array>,
  close: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  const step = async (
    next: Promise<IteratorResult<Uint8Array, unknown>>,
  ): Promise<IteratorResult<Uint8Array, unknown>> => {
    try {
      const result = await next
      if (result.done === true) await close()
      return result
    } catch (error) {
      await close()
      throw error
    }
  }
  const iterator: AsyncIterator<Uint8Array, unknown> = {
    next: () => step(bytes.next()),
    return: (value) => step(bytes.return(value)),
    throw: (error) => step(bytes.throw(error)),
  }
  return { [Symbol.asyncIterator]: () => iterator }
}
