import { CAUSES } from './causes.ts'
import type { Trial } from './trial.ts'

/** `FANOUT=long` is for a release, and for the table in the docs. */
export const LONG = process.env['FANOUT'] === 'long'

const ALONE = CAUSES.map((cause) => [cause])

/** All cases of one size: none that fails, some and many of each cause, and of all of them in turn. */
function everyCause(size: number, protocol: Trial['protocol'] = 'HTTP/1.1'): Trial[] {
  const failing = [...ALONE, CAUSES].flatMap((causes) =>
    (['some', 'many'] as const).map((share): Trial => ({ size, share, causes, protocol })),
  )
  return [{ size, share: 'none', causes: [], protocol }, ...failing]
}

/** Where all causes one by one would take too long. */
function mixtures(size: number, protocol: Trial['protocol'] = 'HTTP/1.1'): Trial[] {
  return (['none', 'some', 'many'] as const).map((share) => ({
    size,
    share,
    causes: share === 'none' ? [] : CAUSES,
    protocol,
  }))
}

/** The sizes that TRS tries. 24,000 connections do not fit where a process has 20,000 descriptors, 24,000 streams do. */
export function trials(long = LONG): Trial[] {
  if (!long)
    return [
      ...everyCause(4),
      ...everyCause(1000),
      ...everyCause(4000),
      ...mixtures(4, 'HTTP/2'),
      ...mixtures(1000, 'HTTP/2'),
    ]
  const sizes = [4, 1000, 4000, 8000, 16_000]
  return [
    ...sizes.flatMap((size) => everyCause(size)),
    ...[1000, 8000, 16_000, 24_000].flatMap((size) => everyCause(size, 'HTTP/2')),
  ]
}

/** Such as '1,000 by HTTP/1.1, many of them: connection reset'. */
export function titleOf({ size, protocol, share, causes }: Trial): string {
  const first = `${size.toLocaleString('en')} by ${protocol}`
  return share === 'none' ? `${first}, all good` : `${first}, ${share} of them: ${causeOf(causes)}`
}

export function causeOf(causes: Trial['causes']): string {
  return causes.length > 1 ? 'all of these in turn' : (causes[0]?.name ?? '')
}
