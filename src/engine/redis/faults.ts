import { MajordomoError, messageOf } from '../../core/errors.ts'

/** Answers of a Redis that is there but cannot do its work now. */
const UNAVAILABLE = /\b(LOADING|READONLY|MISCONF|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|TRYAGAIN|BUSY|UNBLOCKED)\b/
const REFUSED = /\b(WRONGPASS|NOAUTH|NOPERM|invalid password|invalid username-password)\b/

/** True where Redis does not take the username and password: that does not heal by waiting. */
export function isRefusal(error: unknown): boolean {
  return REFUSED.test(messageOf(error))
}

/** True where the connection leads to a Redis that has become a replica, so that a new one has to be made. */
export function isDemotion(error: unknown): boolean {
  return messageOf(error).includes('READONLY')
}

/** What the host is told of an error of ioredis or of Redis. */
export function faultOf(error: unknown, where: string): MajordomoError {
  const message = messageOf(error)
  // Errors of ioredis carry the whole command, and with it arguments of tasks that may be secret.
  const details = { cause: new Error(message) }
  if (message.includes('OOM command not allowed'))
    return new MajordomoError(
      'storage-full',
      `Redis at ${where} has reached its maxmemory; nothing was changed`,
      details,
    )
  if (isRefusal(error))
    return new MajordomoError(
      'engine-unavailable',
      `Redis at ${where} refuses the engine: ${message}`,
      details,
    )
  const isReply = error instanceof Error && error.name === 'ReplyError'
  if (isReply && !UNAVAILABLE.test(message))
    return new MajordomoError('internal', `Redis at ${where} failed: ${message}`, details)
  return new MajordomoError(
    'engine-unavailable',
    `Redis at ${where} is out of reach: ${plain(message)}`,
    details,
  )
}

/** What ioredis says of a lost connection is about its own options. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/enableOfflineQueue|Connection is closed/, 'there is no connection'],
  [/max retries per request/, 'the connection broke before the answer'],
  [/Socket timeout/i, 'it did not answer in time'],
]

function plain(message: string): string {
  return PLAIN.find(([pattern]) => pattern.test(message))?.[1] ?? message
}
