import { setTimeout as pause } from 'node:timers/promises'
import { MajordomoError } from '../../src/index.ts'

/** Before what was refused is asked again, ms. */
const AGAIN = 50

/** As a careful client does: the same again, as long as the store is out of reach. */
export async function untilReached<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!MajordomoError.is(error) || error.code !== 'engine-unavailable') throw error
      await pause(AGAIN)
    }
  }
}
