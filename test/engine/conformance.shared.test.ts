import { engineConformance } from '../../src/testing/index.ts'
import { SharedMemory } from './shared-memory.ts'

// No engine of the package, but the cases with several engines have to hold wherever one is made of one store.
engineConformance({
  name: 'shared memory',
  traits: { durable: true, shared: true },
  make: () => new SharedMemory({ outputBytes: 100_000 }),
  another(engine) {
    if (!(engine instanceof SharedMemory)) throw new TypeError('that is another engine')
    return new SharedMemory(engine)
  },
  beyondOutputLimit: 200_000,
  describe,
  it,
})
