import type { Draft, DraftExtras } from '../contract.ts'
import type { Matter, Row } from './record.ts'

/** Texts beyond this many characters are kept apart, so that events stay small. */
export const MOST_IN_EVENT = 4096

/** A draft as the script takes it: what never changes of the row, what only the creation needs, and the matter. */
export interface DraftArguments {
  readonly fixed: string
  readonly extra: object | undefined
  readonly matter: string
  /** It belongs to nothing and waits for nothing. */
  readonly plain: boolean
}

export function draftArguments(draft: Draft): DraftArguments {
  const { id, operation, priority, tags, retain, extras = {} } = draft
  const { createdBy, parentId, name, rerunOf, dedupKey, concurrencyKey, maxItems } = extras
  const matter = JSON.stringify(matterFrom(draft))
  const fixed = jsonFor({
    id,
    operation,
    priority,
    retain,
    ...(tags.length === 0 ? {} : { tags, line: lineOf(tags) }),
    createdBy,
    parentId,
    name,
    rerunOf,
    dedup: dedupKey,
    key: concurrencyKey,
    idem: extras.idempotency?.key,
    maxItems,
    big: matter.length > MOST_IN_EVENT ? true : undefined,
  })
  const extra = extraFrom(extras)
  const plain = (extra ?? parentId ?? dedupKey ?? concurrencyKey) === undefined
  return { fixed, extra, matter, plain }
}

/** The name of the line in which tasks with these tags wait: each tag with its length in bytes before it. */
function lineOf(tags: readonly string[]): string {
  return sortedTags(tags)
    .map((tag) => `${Buffer.byteLength(tag)}:${tag}`)
    .join('')
}

/** Each tag once, in one order. */
export function sortedTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map(wellFormed))].sort()
}

function extraFrom({ held, delay, ttl, after, idempotency }: DraftExtras): object | undefined {
  const isHeld = held === true ? true : undefined
  if ((isHeld ?? delay ?? ttl ?? after ?? idempotency) === undefined) return undefined
  return { held: isHeld, delay, ttl, after: after?.length === 0 ? undefined : after, idempotency }
}

/** What the snapshot of a fresh task is made from, besides its row. */
export function matterFrom({ args, extras }: Draft): Matter {
  return { args, limits: extras?.limits, secrets: extras?.secrets, schedule: extras?.schedule }
}

/** The draft that the task was made of, without what only its own start needed. */
export function recalled(row: Row, { args, limits, secrets }: Matter): Draft {
  const { id, operation, priority, retain, tags = [] } = row
  const { createdBy, parentId, name, rerunOf, dedup, key, maxItems } = row
  return {
    id,
    operation,
    args,
    priority,
    tags,
    retain,
    extras: {
      createdBy,
      parentId,
      name,
      rerunOf,
      dedupKey: dedup,
      concurrencyKey: key,
      limits,
      secrets,
      maxItems,
    },
  }
}

/** JSON for scripts: their parser refuses halves of surrogate pairs, which no text that means something has. */
export function jsonFor(asked: unknown): string {
  const text = JSON.stringify(asked)
  return text.includes('\\ud')
    ? JSON.stringify(asked, (_, value: unknown) => (typeof value === 'string' ? wellFormed(value) : value))
    : text
}

function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}
