import { expect } from 'chai'
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { scratchFolders } from './scratch.ts'

/** A disk of the service's own: a small file system in memory, which only it and its processes see. */
const OWN_DISK = ['--user', '--map-root-user', '--mount', 'sh', '-c']
const MOUNT = 'mount -t tmpfs -o size=8m tmpfs "$0"'
const PRINTED = 20_000_000

describe('processes whose files lie on a disk that is full', () => {
  const scratch = scratchFolders()
  for (const options of ['{}', '{"spawner":false}'])
    it(`go on, what is lost is told, and all is well when there is room again, with ${options}`, async function () {
      if (spawnSync('unshare', [...OWN_DISK, MOUNT, '/mnt']).status !== 0) this.skip()
      const service = `exec ${process.execPath} --import tsx test/faults/process-room.ts "$0" "$1"`
      const { stdout } = await promisify(execFile)('unshare', [
        ...OWN_DISK,
        `${MOUNT} && ${service}`,
        await scratch(),
        options,
      ])
      const { loud, upload, ...rest } = JSON.parse(stdout) as Told
      expect(loud).to.include({ state: 'SUCCEEDED', printed: PRINTED })
      expect(loud.kept).to.be.within(5_000_000, 8_400_000)
      expect(loud.dropped).to.be.within(PRINTED - 8_400_000, PRINTED - loud.kept)
      expect(loud.log.join()).to.match(
        new RegExp(`not complete: ${loud.dropped} bytes of stdout are lost: ENOSPC`),
      )
      // A creation that brings a file along leaves nothing: there is the first task, and its folder.
      expect(upload).to.deep.equal({ status: 507, code: 'storage-full', tasks: 1, folders: 1, staged: [] })
      expect(rest).to.deep.equal({
        full: ['SUCCEEDED', 'FAILED', 'ENOSPC'],
        next: ['SUCCEEDED', 'last', 0, []],
        notes: [],
      })
    })
})

interface Told {
  readonly loud: {
    readonly state: string
    readonly printed: number
    readonly kept: number
    readonly dropped: number
    readonly log: readonly string[]
  }
  readonly upload: object
}
