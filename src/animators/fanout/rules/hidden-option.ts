import { MajordomoError } from '../../../core/errors.ts'

/** An `invalid-option` error for a value that may be, or hold, a secret. */
export function hiddenOption(field: string, expected: string): MajordomoError {
  const message = `expected "${field}" to be ${expected}; what came is not shown`
  return new MajordomoError('invalid-option', message, { faults: [{ path: field, message }] })
}
