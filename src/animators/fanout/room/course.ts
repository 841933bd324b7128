import type { FanOutItem, ItemError, ItemState, ItemTimings } from '../item.ts'
import type { Prepared } from '../prepared.ts'
import { hiddenIn } from '../rules/redirects.ts'
import { shownHeaders } from '../rules/shown-headers.ts'
import type { Answer } from './attempt.ts'
import { shownBody } from './shown-body.ts'
import type { TimeTexts } from './time-texts.ts'

/** What has happened to a request so far. Times in ms of `performance.now()`, or since then; -1 for not yet. */
export class Course {
  attempts = 0
  redirects = 0
  /** Of the last response; 0 for none. */
  status = 0
  startedAt = -1
  /** Epoch milliseconds. */
  startedOn = 0
  /** Of the last attempt. */
  beganAt = -1
  connectedIn = -1
  firstByteIn = -1
  reused = false
  /** The certificate of one of the servers on its way was not checked. */
  insecure = false
  perhapsSent = false
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

export interface Ending {
  readonly state: ItemState
  readonly error: ItemError | undefined
  readonly answer: Answer | undefined
}

/**
 * @param asked the request as it came
 * @param last the request as it was sent last, redirects followed
 * @param list when it was launched, in ms of `performance.now()`
 */
export function itemOf(
  asked: Prepared,
  last: Prepared,
  course: Course,
  list: { readonly launchedAt: number; readonly times: TimeTexts },
  { state, error, answer }: Ending,
): Writable<FanOutItem> {
  const item: Writable<FanOutItem> = {
    index: asked.index,
    id: asked.id,
    method: asked.method,
    url: asked.shown,
    state,
    attempts: course.attempts,
    timings: timings(course, list.launchedAt),
  }
  if (course.startedAt >= 0) item.time = list.times.of(course.startedOn)
  if (course.status > 0) item.status = course.status
  if (answer !== undefined) addAnswer(item, last, answer)
  if (error !== undefined) item.error = error
  if (course.insecure) item.insecure = true
  if (course.redirects > 0) item.redirectedTo = last.shown
  if (course.reused) item.reused = true
  if (course.perhapsSent) item.perhapsSent = true
  return item
}

function timings(course: Course, launchedAt: number): ItemTimings {
  const now = performance.now()
  const { startedAt, connectedIn, firstByteIn } = course
  const times: Writable<ItemTimings> = {
    queued: rounded((startedAt < 0 ? now : startedAt) - launchedAt),
    total: startedAt < 0 ? 0 : rounded(now - startedAt),
  }
  if (connectedIn >= 0) times.connect = rounded(connectedIn)
  if (firstByteIn >= 0) times.firstByte = rounded(firstByteIn)
  return times
}

function addAnswer(item: Writable<FanOutItem>, last: Prepared, answer: Answer): void {
  const { keepHeaders } = last.policy
  if (keepHeaders.length > 0) item.headers = shownHeaders(answer.headers, keepHeaders, hiddenIn(last))
  const { body, truncated } = answer
  if (body !== undefined) addBody(item, body, truncated)
  if (truncated) item.truncated = true
}

function addBody(item: Writable<FanOutItem>, kept: Buffer, truncated: boolean): void {
  const { body, encoding } = shownBody(kept, truncated)
  item.body = body
  if (encoding !== undefined) item.encoding = encoding
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10
}
