import type { TaskOps } from '../../../core/animator.ts'
import type { Workspace } from '../../../core/files.ts'
import { RecordTail } from '../task/tail.ts'

/** Who hears what a process prints; the bytes are good only during the call. */
export interface Listeners {
  readonly stdout: (bytes: Uint8Array) => void
  readonly stderr: (bytes: Uint8Array) => void
}

/**
 * The ops for the run of a process on behalf of another run: with the process's own arguments, and heard while it is recorded.
 * All else goes to the run itself. `end` is for when the process has ended: it resolves when all was heard.
 */
export function listening<Args>(
  ops: TaskOps<unknown>,
  args: Args,
  listeners: Listeners,
): { readonly ops: TaskOps<Args>; end(): Promise<void> } {
  let tails: readonly RecordTail[] = []
  let place: Promise<Workspace> | undefined
  const own: Partial<TaskOps<Args>> = {
    args,
    workspace: () =>
      (place ??= ops.workspace().then(async (place) => {
        tails = await begun(ops, place, listeners)
        const grew = (): void => {
          for (const tail of tails) tail.grew()
          place.grew()
        }
        return { folder: place.folder, record: place.record, running: place.running, grew }
      })),
  }
  const whole = new Proxy(ops, {
    get(target, name): unknown {
      if (Object.hasOwn(own, name)) return own[name as keyof typeof own]
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
  return {
    ops: whole as TaskOps<Args>,
    async end() {
      await Promise.all(tails.map((tail) => tail.end()))
    },
  }
}

async function begun(
  ops: TaskOps<unknown>,
  place: Workspace,
  listeners: Listeners,
): Promise<readonly RecordTail[]> {
  const tails = (['stdout', 'stderr'] as const).map((stream) => {
    const lost = (bytes: number): void =>
      ops.log('warn', `${bytes} bytes of its ${stream} were dropped before they were read`)
    return new RecordTail(place.record, stream, listeners[stream], lost)
  })
  for (const tail of tails) await tail.begin()
  return tails
}
