/** What the call throws. @throws when it does not */
export function thrown(call: () => unknown): unknown {
  let value: unknown
  try {
    value = call()
  } catch (error) {
    return error
  }
  throw new Error(`expected a throw, got ${JSON.stringify(value)}`)
}
