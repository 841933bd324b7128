import { OUTPUT_STREAMS, type OutputStream } from '../../core/output.ts'
import { messageText, type Task } from '../../core/task.ts'
import type { Amendment, OutputBatch, Settlement } from '../contract.ts'
import { amendmentText } from '../shared/reasons.ts'
import { Blobs } from './blobs.ts'
import type { View } from './replies.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'

/** What runs write. A script that takes more at once would keep all others waiting. */
const MOST_WRITES = 200

/** How many items a task may have that says nothing of it. */
const MOST_ITEMS = 100_000

export async function amend(session: Session, changes: readonly Amendment[]): Promise<(Task | undefined)[]> {
  const tasks: (Task | undefined)[] = []
  for (let from = 0; from < changes.length; from += MOST_WRITES) {
    const batch = changes.slice(from, from + MOST_WRITES)
    const blobs = new Blobs()
    const asked = { changes: batch.map((change) => amendmentFor(change, blobs)), mostItems: MOST_ITEMS }
    const { settings, result } = await session.reply(SCRIPTS.amend, asked, blobs.texts)
    await session.freshen(settings)
    for (const [i, view] of result.entries()) {
      if (view !== null) tellGrown(session, batch[i]!)
      tasks.push(view === null ? undefined : await written(session, batch[i]!.id, view))
    }
  }
  return tasks
}

function amendmentFor(change: Amendment, blobs: Blobs): object {
  const { id, lease, seq, state, waitingFor, message, progress, output } = change
  return {
    id,
    lease,
    seq,
    state,
    waitingFor,
    message: message === undefined ? undefined : true,
    text: amendmentText(change),
    progress: blobs.json(progress),
    output: outputFor(output, blobs),
  }
}

/** The texts of each stream by their numbers, so that the script puts them in their lists without looking into them. */
function outputFor(batch: OutputBatch | undefined, blobs: Blobs): object | undefined {
  if (batch === undefined) return undefined
  const entries: Partial<Record<OutputStream, number[]>> = {}
  for (const { stream, ...entry } of batch.entries)
    (entries[stream] ??= []).push(blobs.add(JSON.stringify(entry)))
  return { entries, dropped: batch.dropped ?? {} }
}

export async function settle(session: Session, ends: readonly Settlement[]): Promise<(Task | undefined)[]> {
  const tasks: (Task | undefined)[] = []
  for (let from = 0; from < ends.length; from += MOST_WRITES) {
    const batch = ends.slice(from, from + MOST_WRITES)
    const blobs = new Blobs()
    const asked = { ends: batch.map((end) => settlementFor(end, blobs)), mostItems: MOST_ITEMS }
    const { settings, result } = await session.reply(SCRIPTS.settle, asked, blobs.texts)
    await session.freshen(settings)
    for (const [i, view] of result.entries()) {
      if (view !== null) tellGrown(session, batch[i]!)
      const { id } = batch[i]!
      const known = session.held.get(id)
      session.held.delete(id)
      if (view === null) tasks.push(undefined)
      else tasks.push(known === undefined ? await written(session, id, view) : session.task(view, known))
    }
  }
  return tasks
}

/** As a list: names would cost the script as much again. What most settlements do not have comes last. */
function settlementFor({ id, lease, outcome, progress, output }: Settlement, blobs: Blobs): unknown[] {
  const { kind } = outcome
  const told = { progress: blobs.json(progress), output: outputFor(output, blobs) }
  if (kind === 'gone') return [id, lease, kind]
  const why = messageText.why(outcome.reason)
  const reason = blobs.json(outcome.reason)
  if (kind === 'release') return [id, lease, kind, 0, why, reason, ...rest(told)]
  const error = blobs.json(outcome.error)
  if (kind === 'retry') return [id, lease, kind, outcome.delay, why, reason, ...rest({ ...told, error })]
  const { state, result, stillRunning } = outcome
  const more = {
    ...told,
    error,
    result: blobs.json(result),
    stillRunning: stillRunning === true || undefined,
  }
  return [id, lease, kind, state, why, reason, ...rest(more)]
}

/** Left out where there is nothing in it. */
function rest(more: object): object[] {
  return Object.values(more).some((value) => value !== undefined) ? [more] : []
}

async function written(session: Session, id: string, view: View): Promise<Task> {
  return session.task(view, await session.matterOf(id))
}

/** What this process wrote it is told at once; the others hear of it. */
function tellGrown(session: Session, { id, output }: Pick<Settlement, 'id' | 'output'>): void {
  if (output === undefined) return
  for (const stream of OUTPUT_STREAMS)
    if (output.entries.some((entry) => entry.stream === stream)) session.host.appended(id, stream)
}
