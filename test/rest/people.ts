import type { AccessRules, Answer } from '../../src/rest/index.ts'

/** What one person may do, by operation; nothing where it says nothing. */
export interface Person {
  readonly view?: Readonly<Record<string, Answer>>
  readonly create?: readonly string[]
  readonly cancel?: Readonly<Record<string, Answer>>
  readonly manage?: Readonly<Record<string, Answer>>
}

/** Rules for people who tell their name in `X-User`. The people may be changed while streams are open. */
export function rulesFor(people: Record<string, Person>): AccessRules<{ id: string }> {
  return {
    subject: (req) => {
      const id = req.get('X-User')
      return id !== undefined && id in people ? { id } : undefined
    },
    canView: ({ id }, operation) => people[id]?.view?.[operation] ?? false,
    canCreate: async ({ id }, operation) => people[id]?.create?.includes(operation) ?? false,
    canCancel: ({ id }, operation) => people[id]?.cancel?.[operation] ?? false,
    canManage: async ({ id }, operation) => people[id]?.manage?.[operation] ?? false,
  }
}
