import { expect } from 'chai'
import { MajordomoError, type ErrorCode } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { rejection } from '../rejection.ts'

/** The error of this code that the promise rejects with. */
export async function refusal(code: ErrorCode, promise: Promise<unknown>): Promise<MajordomoError> {
  const error = await rejection(promise)
  if (!MajordomoError.is(error)) throw error
  expect(error).to.include({ code })
  return error
}

/** A promise that the test settles. */
export interface Door<T = void> {
  readonly opened: Promise<T>
  open(value: T): void
}

export function door<T = void>(): Door<T> {
  let open!: (value: T) => void
  const opened = new Promise<T>((resolve) => (open = resolve))
  return { opened, open }
}

export const never = new Promise<never>(() => {})

/** Runs `work` and answers the rejections that nobody handled meanwhile. */
export async function unhandled(work: () => Promise<unknown>): Promise<unknown[]> {
  const seen: unknown[] = []
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason) => seen.push(reason))
  try {
    await work()
    await settled()
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const other of others) process.on('unhandledRejection', other)
  }
  return seen
}
