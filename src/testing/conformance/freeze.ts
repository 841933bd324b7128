/** Freezes the value and all that it holds, as the manager does before it hands data down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}

/** The path of the first part that somebody could change, if there is one. */
export function firstUnfrozen(value: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Object.isFrozen(value)) return path === '' ? '/' : path
  for (const [key, member] of Object.entries(value)) {
    const found = firstUnfrozen(member, `${path}/${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
