import type { Claim, ClaimWish, Holding } from '../contract.ts'
import { sortedTags } from './drafts.ts'
import { kept, matterIn } from './record.ts'
import type { View } from './replies.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'

const MOST_CLAIMS = 250
const MOST_RENEWALS = 500

/** Claims in several steps where much is wanted, so that no step keeps all others waiting. */
export async function claim(session: Session, wish: ClaimWish): Promise<Claim[]> {
  session.attend(wish.worker)
  const room = new Map([...wish.room].filter(([, free]) => free > 0))
  const claims: Claim[] = []
  while (claims.length < wish.limit && room.size > 0) {
    const limit = Math.min(MOST_CLAIMS, wish.limit - claims.length)
    const { settings, result } = await session.reply(SCRIPTS.claim, asked(session, wish, room, limit))
    await session.freshen(settings)
    const [left, found] = result
    for (const [lease, view] of found) claims.push(claimOf(session, lease, view, room))
    if (left === 0 || found.length === 0) break
    if (claims.length >= wish.limit) session.host.ready()
  }
  return claims
}

function asked(session: Session, wish: ClaimWish, room: ReadonlyMap<string, number>, limit: number): object {
  const { worker, tags, lease, caps, interrupts } = wish
  return {
    worker,
    tags: tags && sortedTags(tags),
    lease,
    limit,
    nonce: session.nextNonce(),
    room: Object.fromEntries(room),
    caps: caps && Object.fromEntries(caps),
    interrupts: interrupts && Object.fromEntries(interrupts),
  }
}

function claimOf(session: Session, lease: string, view: View, room: Map<string, number>): Claim {
  const record = kept(view)
  const matter = matterIn(record)
  const task = session.taskOf(record, matter)
  const { id, operation } = task
  if (matter !== undefined) session.held.set(id, matter)
  const free = room.get(operation)! - 1
  if (free > 0) room.set(operation, free)
  else room.delete(operation)
  return { id, lease, task, limits: matter?.limits }
}

export async function renew(
  session: Session,
  claims: readonly Holding[],
  lease: number,
): Promise<('held' | 'lost' | 'cancel')[]> {
  const answers: ('held' | 'lost' | 'cancel')[] = []
  for (let from = 0; from < claims.length; from += MOST_RENEWALS) {
    const batch = claims
      .slice(from, from + MOST_RENEWALS)
      .map(({ id, lease: token }) => ({ id, lease: token }))
    answers.push(...(await session.run(SCRIPTS.renew, { claims: batch, lease })))
  }
  return answers
}
