/** Enough for a chain of calls that each wait a turn of the event loop, cheap enough to do for each wake-up. */
const TURNS = 10

/**
 * Lets all that is under way and needs no time come to rest: promises, `process.nextTick` and `setImmediate`. Input
 * and output of the operating system (files, sockets, real timers) it cannot wait for; wait for an event instead.
 */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
}
