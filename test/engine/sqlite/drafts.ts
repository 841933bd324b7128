import type { Draft, DraftExtras, Engine } from '../../../src/engine/contract.ts'

export function draft(id: string, more: Partial<Omit<Draft, 'extras'>> & DraftExtras = {}): Draft {
  const {
    operation = 'SWEEP',
    args = {},
    priority = 0,
    tags = [],
    retain = 3_600_000,
    id: _,
    ...extras
  } = more
  const fixed = { id, operation, args, priority, tags, retain }
  return Object.keys(extras).length === 0 ? fixed : { ...fixed, extras }
}

/** So many drafts whose ids sort in their order. */
export function drafts(count: number, more: Parameters<typeof draft>[1] = {}, prefix = 't'): Draft[] {
  return Array.from({ length: count }, (_, i) => draft(`${prefix}${String(i).padStart(6, '0')}`, more))
}

export const WISH = {
  worker: 'w1',
  room: new Map([['SWEEP', 10_000]]),
  limit: 10_000,
  lease: undefined,
} as const
export const ENDED = {
  kind: 'end',
  state: 'SUCCEEDED',
  reason: { code: 'returned', message: 'the run returned' },
} as const

/** Claims all that is ready, and ends it. */
export async function endAll(engine: Engine): Promise<void> {
  const claims = await engine.claim(WISH)
  await engine.settle(claims.map(({ id, lease }) => ({ id, lease, outcome: ENDED })))
}
