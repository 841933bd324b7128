import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { RunAborted, type Animator, type Manager, type TaskOps } from '../../../src/index.ts'
import type { OperationName, WorkArgs, WorkerConfig } from './config.ts'
import type { Fence } from './fence.ts'

/** Between two looks of a blocked event loop at its file, ms. */
const LOOK = 20

type Body = (ops: TaskOps, args: WorkArgs) => Promise<void> | void

/** The most runs of CAPPED at once, in all processes together. */
export const CAP = 4

/** How often KILL may kill its process and be tried again. */
export const KILLS = 2

/** A kill takes the run of a task, so a task may be tried as often as processes are killed. */
const TRIED_OFTEN = { limit: 1_000 }

/** Animators that honour their signal (BLOCK cannot), and write to the fence what they really do. */
export function animators(
  manager: Manager,
  fence: Fence,
  { holds = false }: WorkerConfig,
): Record<OperationName, Animator> {
  const fenced = (body: Body): Animator => ({
    retry: { limit: 1_000, backoff: 10 },
    onInterrupt: TRIED_OFTEN,
    async run(ops) {
      fence.write(ops, 'start')
      try {
        await body(ops, ops.args as WorkArgs)
      } catch (thrown) {
        fence.write(ops, 'abort', whyOf(thrown))
        throw thrown
      }
      fence.write(ops, 'end')
      return { lease: ops.lease }
    },
  })
  const work = fenced(async (ops, { ms = 0, fails = false, child }) => {
    ops.log('info', `attempt ${ops.attempt}`)
    ops.setProgress({ done: 0, total: 1 })
    if (child !== undefined) await waitForChild(manager, ops, child)
    await pause(ms, undefined, { signal: ops.signal })
    if (fails && ops.attempt === 1) throw new Error('the first try fails')
  })
  return {
    WORK: work,
    CAPPED: { ...work, totalConcurrency: CAP },
    HOLD: fenced(async (ops) => {
      if (holds) await new Promise<never>((_, reject) => whenAborted(ops.signal, reject))
    }),
    BLOCK: fenced((_, { until = '' }) => {
      if (holds) blockUntilThere(until)
    }),
    KILL: { ...fenced(die), onInterrupt: { limit: KILLS } },
    KILL_ONCE: { ...fenced(die), onInterrupt: 'fail' },
  }
}

/** As a run does that exhausts the memory. */
function die(): Promise<void> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise<never>(() => {})
}

function blockUntilThere(file: string): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4))
  while (!existsSync(file)) Atomics.wait(nothing, 0, 0, LOOK)
}

async function waitForChild(manager: Manager, ops: TaskOps, ms: number): Promise<void> {
  const { task } = await ops.create('WORK', { ms }, { name: 'only' })
  await ops.waitFor('children', manager.waitFor(task.id, { signal: ops.signal }))
}

function whenAborted(signal: AbortSignal, tell: (reason: unknown) => void): void {
  if (signal.aborted) tell(signal.reason)
  else signal.addEventListener('abort', () => tell(signal.reason))
}

/** A timer that is aborted throws an error of its own, with the reason as its cause. */
function whyOf(thrown: unknown): string {
  const reason = thrown instanceof Error && thrown.name === 'AbortError' ? thrown.cause : thrown
  if (reason instanceof RunAborted) return reason.code
  return reason instanceof Error ? reason.message : String(reason)
}
