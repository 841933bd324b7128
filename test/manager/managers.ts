import { Manager, type ManagerOptions } from '../../src/index.ts'
import { FakeClock } from '../../src/testing/index.ts'

export interface Made {
  readonly manager: Manager
  readonly clock: FakeClock
}

/** Managers for the tests of one suite, each on a fake clock of its own; what is left of them is closed after each test. */
export function useManagers(): (options?: ManagerOptions) => Made {
  const all: Made[] = []
  afterEach(() => Promise.all(all.splice(0).map(closeNow)))
  return (options = {}) => {
    const clock = new FakeClock()
    const made = { clock, manager: new Manager({ clock, ...options }) }
    all.push(made)
    return made
  }
}

/** Closes without waiting for runs, not even for those that ignore their abort. */
export async function closeNow({ manager, clock }: Made): Promise<void> {
  const closed = manager.close({ grace: 0 })
  await clock.advance('1h')
  await closed
}
