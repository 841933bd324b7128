import { isPromiseLike } from '../core/promises.ts'

/**
 * Goes on with a value: at once, or, if it is a promise, when it is there. Rules of access mostly answer at once, and
 * waiting for what is there already would cost more than asking them.
 */
export function then<T, R>(value: T | PromiseLike<T>, use: (value: T) => R): R | Promise<R> {
  return isPromiseLike(value) ? Promise.resolve(value).then(use) : use(value)
}
