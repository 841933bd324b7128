import type { Engine } from '../../src/engine/contract.ts'
import type { CallName, Fault, FaultKind } from './failing-engine.ts'
import { play } from './play.ts'
import { Scene } from './scene.ts'

/** Where a scene is played: each has a store of its own. */
export interface Stage {
  /** Answers how to make an engine on a new store, again and again on the same. */
  store(): () => Engine
  /** ms */
  readonly lease: number
  readonly kinds: readonly FaultKind[]
  /** So many scenes at once. */
  readonly atOnce: number
}

const READS: readonly CallName[] = [
  'get',
  'list',
  'count',
  'readOutput',
  'operations',
  'schedules',
  'workers',
  'recall',
  'recentEvents',
]
/** Reads change nothing: a fault at the first few is as good as at any. */
const ENOUGH_READS = 2

/** Plays the scene with a fault at each call that it makes, one at a time. Answers what went wrong, and how many faults came to pass. */
export async function faultAtEveryCall(stage: Stage): Promise<{ faults: string[]; failures: number }> {
  const undisturbed = new Scene(stage.store(), stage.lease, undefined)
  const faults = (await play(undisturbed)).map((fault) => `without any fault: ${fault}`)
  const plans = [...undisturbed.first.calls].flatMap(([call, times]) =>
    Array.from({ length: READS.includes(call) ? Math.min(times, ENOUGH_READS) : times }, (_, i) =>
      stage.kinds.map((kind): Fault => ({ call, nth: i + 1, kind })),
    ).flat(),
  )
  const left = [...plans]
  let failures = 0
  const player = async (): Promise<void> => {
    for (let plan = left.shift(); plan !== undefined; plan = left.shift()) {
      const scene = new Scene(stage.store(), stage.lease, plan)
      faults.push(...(await played(scene, plan)))
      // How often a scene renews and sweeps is not always the same.
      if (scene.first.hasFailed) failures++
    }
  }
  await Promise.all(Array.from({ length: stage.atOnce }, player))
  return { faults, failures }
}

async function played(scene: Scene, plan: Fault): Promise<string[]> {
  const title = `${plan.kind} ${plan.call} ${plan.nth}`
  try {
    return (await play(scene)).map((fault) => `${title}: ${fault}`)
  } catch (error) {
    return [`${title}: ${String(error)}`]
  }
}
