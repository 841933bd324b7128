import type { NewTask, Task } from '../../src/index.ts'
import type { WorkArgs } from './worker/config.ts'

const KEYS = 20
const LONGEST = 20

/** The n-th of a mixture of tasks: some share keys, some fail at first, some have a child that they wait for, some have a cap in common. */
export function mixed(n: number): NewTask {
  const key = n % 5 === 0 ? `key ${(n / 5) % KEYS}` : undefined
  const args: WorkArgs = {
    n,
    ms: Math.ceil(Math.random() * LONGEST),
    ...(key === undefined ? {} : { key }),
    ...(n % 7 === 0 ? { fails: true } : {}),
    ...(n % 11 === 0 ? { child: 5 } : {}),
  }
  // One that has a child waits for it, and whoever comes back from waiting may come beyond the cap.
  const operation = n % 3 === 0 && args.child === undefined ? 'CAPPED' : 'WORK'
  return { operation, args, ...(key === undefined ? {} : { options: { concurrencyKey: key } }) }
}

/** Faults of the tasks that {@link mixed} made, as they are at the end, in words. Some may have been canceled. */
export function unfinishedBusiness(tasks: ReadonlyMap<string, Task>): string[] {
  const faults: string[] = []
  const parents = new Set<string>()
  for (const { id, state, reason, args, parentId } of tasks.values()) {
    if (state !== 'SUCCEEDED' && state !== 'CANCELED')
      faults.push(`${id} is ${state}: ${reason?.message ?? 'no reason'}`)
    if (parentId === undefined) continue
    if (parents.has(parentId)) faults.push(`${parentId} has two children: ${JSON.stringify(args)}`)
    parents.add(parentId)
  }
  for (const { id, args, state } of tasks.values())
    if (state === 'SUCCEEDED' && (args as WorkArgs).child !== undefined && !parents.has(id))
      faults.push(`${id} has no child`)
  return faults
}
