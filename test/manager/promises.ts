import { expect } from 'chai'
import { MajordomoError, type ErrorCode } from '../../src/index.ts'
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
