import { createHash } from 'node:crypto'
import type { StagedUpload } from '../core/files.ts'
import type { Json } from '../core/json.ts'
import type { CreateOptions } from '../core/manager.ts'
import type { Draft, Idempotency } from '../engine/contract.ts'
import { actorId } from './orders.ts'

/** An Idempotency-Key is remembered this long, ms. */
const REMEMBERED = 24 * 3_600_000

/** The key of a creation, and what tells it from others under the same key, but for the files that it brings along. */
export function idempotency(
  operation: string,
  key: string,
  args: Json,
  creation: CreateOptions,
): Idempotency {
  const { subject, files: _, ...options } = creation
  return {
    key: JSON.stringify([actorId(subject) ?? null, operation, key]),
    hash: digestOf([args, options]),
    keep: REMEMBERED,
  }
}

/** The draft whose key, where it has one, counts these files too: paths and contents, in whatever order they came. */
export function keyedWithFiles<Keyed extends Pick<Draft, 'extras'>>(
  draft: Keyed,
  { digests }: StagedUpload,
): Keyed {
  const { extras } = draft
  if (extras?.idempotency === undefined || digests.size === 0) return draft
  const files = [...digests].map(([path, digest]) => `${digest} ${path}`).sort()
  const hash = digestOf([extras.idempotency.hash, ...files])
  return { ...draft, extras: { ...extras, idempotency: { ...extras.idempotency, hash } } }
}

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}
