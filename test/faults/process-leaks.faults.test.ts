import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { scratchFolders } from './scratch.ts'
import { sized } from './size.ts'

/** How many in each of two rounds, by the options of the service. */
const ROUNDS = { '{}': sized(500, 5_000), '{"spawner":false}': sized(150, 5_000) }
const MEGABYTE = 1_000_000

describe('many short processes, one after the other', () => {
  const scratch = scratchFolders()
  for (const [options, each] of Object.entries(ROUNDS))
    it(`leave neither memory, descriptors, zombies, pipes nor files behind, with ${options}`, async () => {
      const program = ['--expose-gc', '--import', 'tsx', 'test/faults/process-leaks.ts']
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...program,
        await scratch(),
        options,
        String(each),
      ])
      const [before, after] = JSON.parse(stdout) as [Counted, Counted]
      // Whatever would be kept of each run is more than a thousand bytes.
      expect(after.heap - before.heap).to.be.below(MEGABYTE + each * 1_000)
      expect(after.spawner - before.spawner).to.be.below(20 * MEGABYTE)
      for (const [i, count] of after.descriptors.entries())
        expect(count).to.be.at.most(before.descriptors[i]!)
      expect(after.pipes).to.be.at.most(before.pipes)
      expect(after).to.deep.include({ zombies: 0, folders: 1, notes: [], files: [], staged: [] })
    }).timeout(600_000)
})

interface Counted {
  readonly heap: number
  readonly spawner: number
  readonly descriptors: readonly number[]
  readonly pipes: number
}
