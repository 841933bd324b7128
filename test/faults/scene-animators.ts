import type { Animator, Manager } from '../../src/index.ts'

export type SceneOperation = 'STEP' | 'FLAKY' | 'PARENT' | 'CHILD' | 'ASK' | 'LONG' | 'TICK'

/** Each does a thing that a run can do. What the runs of a dead process do counts for nothing. */
export function sceneAnimators(
  manager: Manager,
  isAlive: () => boolean,
  note: (what: SceneOperation) => void,
): Record<SceneOperation, Animator> {
  const done = (what: SceneOperation): void => {
    if (isAlive()) note(what)
  }
  const retry = { limit: 20, backoff: 10 }
  return {
    STEP: {
      retry,
      async run(ops) {
        ops.log('info', 'a line')
        ops.output('items').write({ data: ops.attempt })
        ops.setProgress({ percent: 50 })
        await new Promise((resolve) => setImmediate(resolve))
        done('STEP')
        return 'result'
      },
    },
    FLAKY: {
      retry,
      run(ops) {
        if (ops.attempt === 1) throw new Error('not yet')
        done('FLAKY')
      },
    },
    PARENT: {
      retry,
      async run(ops) {
        const { task } = await ops.create('CHILD', {}, { name: 'only' })
        await ops.waitFor('children', manager.waitFor(task.id, { signal: ops.signal }))
        done('PARENT')
      },
    },
    CHILD: { retry, run: () => done('CHILD') },
    ASK: {
      retry,
      async run(ops) {
        await ops.waitFor('action')
        done('ASK')
      },
    },
    LONG: {
      retry,
      run: (ops) =>
        new Promise<never>((_, reject) =>
          ops.signal.addEventListener('abort', () => reject(ops.signal.reason as Error)),
        ),
    },
    TICK: { retry, run: () => done('TICK') },
  }
}
