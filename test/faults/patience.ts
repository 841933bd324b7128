import { setTimeout as pause } from 'node:timers/promises'

/** Between two looks at a condition that nobody tells of, ms. */
const AGAIN = 25

/** What `wait` settles to. @throws after so many ms, saying what was waited for in vain */
export async function within<T>(ms: number, what: string, wait: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms in vain: ${what}`)), ms)
  })
  try {
    return await Promise.race([wait, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Looks until there is something to see. @throws after so many ms, saying what was looked for in vain */
export async function eventually<T>(
  ms: number,
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (performance.now() > end) throw new Error(`looked ${ms} ms in vain: ${what}`)
    await pause(AGAIN)
  }
}
