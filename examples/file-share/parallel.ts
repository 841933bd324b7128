import { all } from 'abort-controller-x'

/**
 * Does `work` for each item, at most `width` at once. The first that fails, and an abort of `signal`, stops the others;
 * when the promise settles, nothing of it goes on any more.
 */
export async function forEachOf<T>(
  signal: AbortSignal,
  width: number,
  items: Iterable<T>,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  const hand = async (inner: AbortSignal): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      inner.throwIfAborted()
      await work(next.value, inner)
    }
  }
  await all(signal, (inner) => Array.from({ length: width }, () => hand(inner)))
}
