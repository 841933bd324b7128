/** `FAULTS=long` is for a release; without it each test is as short as it can be and still break things. */
export const LONG = process.env['FAULTS'] === 'long'

export function sized<T>(short: T, long: T): T {
  return LONG ? long : short
}

/** Whether processes are started by a spawner; the other way has most of its tests in the ordinary suite. */
export const SPAWNER = LONG ? [true, false] : [true]
