import { MajordomoError } from '../../core/errors.ts'
import type { Handler } from '../handler.ts'
import { placedInBody } from '../problems.ts'

/**
 * Its caller is a process and nobody in particular: the token is all that it has. Whatever does not fit is told alike by the
 * manager, and by this, so that nobody learns from it which tasks there are.
 */
export const reportProgress: Handler<'reportProgress'> = async (call) => {
  const token = call.headers['majordomo-token'] ?? call.bearer()
  if (token === undefined) throw new MajordomoError('invalid-token')
  const { progress, message, level } = call.body
  try {
    await call.manager.report(call.params.id, token, {
      ...(progress !== undefined && { progress }),
      ...(message !== undefined && { message }),
      ...(level !== undefined && { level }),
    })
  } catch (error) {
    throw placedInBody(error, '')
  }
  return { status: 204 }
}
