/** The longest that an answer is held, in seconds; a longer wish is cut to this. */
export const LONGEST_WAIT = 60

/** The seconds of `wait=N` in a Prefer header (RFC 7240); undefined without one, and for what is no preference. */
export function preferredWait(prefer: string | undefined): number | undefined {
  const wait = /(?:^|,)\s*wait\s*=\s*"?(\d{1,10})"?\s*(?:[;,]|$)/i.exec(prefer ?? '')?.[1]
  return wait === undefined ? undefined : Math.min(Number(wait), LONGEST_WAIT)
}
