import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { scratchFolders } from './scratch.ts'
import { sized, SPAWNER } from './size.ts'

/** How many in each of two rounds. */
const EACH = sized(500, 5_000)
const MEGABYTE = 1_000_000

describe('many short processes, one after the other', () => {
  const scratch = scratchFolders()
  for (const options of SPAWNER.map((spawner) => JSON.stringify({ spawner })))
    it(`leave neither memory, descriptors, zombies, pipes nor files behind, with ${options}`, async () => {
      const program = ['--expose-gc', '--import', 'tsx', 'test/faults/process-leaks.ts']
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...program,
        await scratch(),
        options,
        String(EACH),
      ])
      const [before, after] = JSON.parse(stdout) as [Counted, Counted]
      // Whatever would be kept of each run is more than a thousand bytes.
      expect(after.heap - before.heap).to.be.below(MEGABYTE + EACH * 1_000)
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
