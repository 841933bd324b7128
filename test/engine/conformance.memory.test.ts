import { memory } from '../../src/engine/memory/index.ts'
import { engineConformance } from '../../src/testing/index.ts'

engineConformance({
  name: 'memory',
  traits: { durable: false, shared: false },
  make: () => memory({ outputBytes: 100_000 }),
  beyondOutputLimit: 200_000,
  describe,
  it,
})
