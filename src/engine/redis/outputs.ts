import type { OutputDraft, OutputEntry, OutputPage, OutputQuery } from '../../core/output.ts'
import { parsed } from './record.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'

export async function readOutput(
  session: Session,
  id: string,
  query: Required<Omit<OutputQuery, 'tail'>> & { readonly tail?: number },
): Promise<OutputPage | undefined> {
  const reply = await session.run(SCRIPTS.readOutput, { id, ...query })
  if (reply === null) return undefined
  const [first, last, dropped, entries] = reply
  const items = entries.map((entry, i) => entryOf(entry, query.stream, first + i))
  return { items, cursor: items.at(-1)?.seq ?? Math.max(query.after, last), dropped }
}

/** An entry as it is stored: time, attempt and JSON, with a space between. */
function entryOf(entry: string, stream: OutputQuery['stream'], seq: number): OutputEntry {
  const afterTime = entry.indexOf(' ')
  const afterAttempt = entry.indexOf(' ', afterTime + 1)
  return Object.freeze({
    stream,
    ...(parsed(entry.slice(afterAttempt + 1)) as Omit<OutputDraft, 'stream'>),
    seq,
    time: Number(entry.slice(0, afterTime)),
    attempt: Number(entry.slice(afterTime + 1, afterAttempt)),
  })
}
