import type { FanOutRequest, ItemErrorCode } from '../../../../src/animators/fanout/index.ts'

/** Why a request does not end as the others do, and what becomes of its connection. */
export interface Cause {
  readonly name: string
  /** Only its own connection is closed; where false, it is kept like all others. */
  readonly closes: boolean
  /** Of the item; undefined where it succeeds all the same. */
  readonly code: ItemErrorCode | undefined
  /** Its request waits at the gate, so that it has a connection of its own. */
  readonly gated: boolean
  readonly path: string
  request(patience: number): Omit<FanOutRequest, 'url'>
}

/** Nobody tries these again, because a retry may take another one's connection. */
const once = { retry: 0 }

/** What TRS tries (T1 to T12), and what else may end a request. */
export const CAUSES: readonly Cause[] = [
  {
    name: 'retries exhausted',
    closes: false,
    code: 'status',
    gated: true,
    path: '/status/503',
    request: () => ({ retry: { limit: 2, backoff: 1 } }),
  },
  {
    name: 'timeout of the head',
    closes: true,
    code: 'headers-timeout',
    gated: false,
    path: '/hang',
    request: (patience) => ({ timeout: { headers: patience } }),
  },
  {
    name: 'timeout of the whole',
    closes: true,
    code: 'timeout',
    gated: false,
    path: '/hang',
    request: (patience) => ({ timeout: patience }),
  },
  {
    name: 'timeout of the body',
    closes: true,
    code: 'body-timeout',
    gated: true,
    path: '/hang-body',
    request: () => ({ timeout: { body: 50 } }),
  },
  {
    name: 'small body not read',
    closes: false,
    code: undefined,
    gated: true,
    path: '/ok?size=2000',
    request: () => ({ keep: { body: 0 } }),
  },
  {
    name: 'large body not read',
    closes: true,
    code: undefined,
    gated: true,
    path: '/ok?size=500000',
    request: () => ({ keep: { body: 0 } }),
  },
  {
    name: 'connection reset',
    closes: true,
    code: 'connection-lost',
    gated: true,
    path: '/reset',
    request: () => once,
  },
]

/** Which requests of a list do not end well; spread over its addresses. */
export const SHARES = {
  none: () => false,
  some: (i: number) => (i + Math.floor(i / 8)) % 8 === 0,
  many: (i: number) => (i + Math.floor(i / 8)) % 4 !== 0,
} as const

export type Share = keyof typeof SHARES
