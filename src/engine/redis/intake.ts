import type { Draft, InsertLimits, InsertResult } from '../contract.ts'
import { draftArguments, matterFrom, type DraftArguments } from './drafts.ts'
import type { InsertReply } from './replies.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'

/** A script that stores more at once would keep all others waiting. */
const MOST_DRAFTS = 250
const MOST_CHARACTERS = 1_000_000

export async function insert(
  session: Session,
  drafts: readonly Draft[],
  limits: InsertLimits = {},
): Promise<InsertResult[]> {
  const results: InsertResult[] = []
  for (const { from, batch } of batches(drafts)) {
    const extras = extrasOf(batch)
    const { settings, result } = await session.reply(
      batch.every(({ plain }) => plain) ? SCRIPTS.insertPlain : SCRIPTS.insert,
      { count: batch.length, extras, mostQueued: limits.maxQueued },
      batch.flatMap(({ fixed, matter }) => [fixed, matter]),
    )
    await session.freshen(settings)
    result.forEach((reply, i) => results.push(insertResult(session, drafts[from + i]!, reply)))
  }
  return results
}

/** By their place in the batch, counted from 1: most have none. */
function extrasOf(batch: readonly DraftArguments[]): object {
  return Object.fromEntries(
    batch.flatMap(({ extra }, i) => (extra === undefined ? [] : [[String(i + 1), extra]])),
  )
}

export function insertResult(session: Session, draft: Draft, reply: InsertReply): InsertResult {
  switch (reply[0]) {
    case 0:
      return { kind: 'stored', task: session.task(reply[1], matterFrom(draft)) }
    case 1:
      return { kind: 'duplicate', of: reply[1], task: session.task(reply[2]) }
    case 2:
      return { kind: 'refused', code: reply[1], message: reply[2] }
  }
}

function* batches(
  drafts: readonly Draft[],
): Generator<{ readonly from: number; readonly batch: readonly DraftArguments[] }> {
  let batch: DraftArguments[] = []
  let characters = 0
  for (const [i, draft] of drafts.entries()) {
    const args = draftArguments(draft)
    batch.push(args)
    characters += args.matter.length
    if (batch.length < MOST_DRAFTS && characters < MOST_CHARACTERS && i < drafts.length - 1) continue
    yield { from: i + 1 - batch.length, batch }
    batch = []
    characters = 0
  }
}
