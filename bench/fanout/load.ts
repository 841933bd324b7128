import { certificates } from './certificates.ts'
import { ADDRESSES } from './sizes.ts'
import type { Target } from './started.ts'
import { BODY } from './targets/http1.ts'

/** What a subject is told to ask for. */
export interface Load {
  readonly path: string
  readonly count: number
  /** The most in flight; left to the subject by default. */
  readonly concurrency?: number
  /** How many loopback addresses the requests go to; {@link ADDRESSES} by default. */
  readonly addresses?: number
  /** How many lists one after another; 1 by default. */
  readonly lists?: number
  readonly transport?: Readonly<Record<string, unknown>>
  /** What is canceled. */
  readonly way?: 'list' | 'task'
}

/** The argument of a subject. */
export function argument({ kind, folder, port, controls }: Target, load: Load): string[] {
  const where = { port, controls, scheme: kind === 'tls' ? 'https' : 'http' }
  const tls = kind === 'tls' ? { tls: certificates(folder, 'client') } : {}
  return [JSON.stringify({ addresses: ADDRESSES, lists: 1, body: BODY, ...where, ...tls, ...load })]
}
