import { expect } from 'chai'
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { scratchFolders } from './scratch.ts'

/**
 * A folder for temporary files of the service's own, which only it and its processes see. What reads TypeScript needs a place
 * there for itself.
 */
const OWN_FOLDER = ['--user', '--map-root-user', '--mount', 'sh', '-c']
const mounted = (inodes: number): string =>
  `mount -t tmpfs -o nr_inodes=${inodes} tmpfs "$0" && mkdir "$0/tsx-0" && mount -t tmpfs tmpfs "$0/tsx-0"`
const FOLDERS = {
  'cannot be written': `${mounted(100)} && mount -o remount,ro "$0"`,
  'has no room left': mounted(2),
  'has room for the folder of pipes, and not for all of them': mounted(20),
}

describe('processes of a service whose folder for temporary files', () => {
  const scratch = scratchFolders()
  for (const [what, mount] of Object.entries(FOLDERS))
    for (const options of ['{}', '{"spawner":false}'])
      it(`${what} print into ordinary pipes, with ${options}`, async function () {
        if (spawnSync('unshare', [...OWN_FOLDER, mount, '/mnt']).status !== 0) this.skip()
        const service = `TMPDIR="$0" exec ${process.execPath} --import tsx test/faults/process-pipes.ts "$1" "$2"`
        const { stdout } = await promisify(execFile)('unshare', [
          ...OWN_FOLDER,
          `${mount} && ${service}`,
          await scratch(),
          await scratch(),
          options,
        ])
        const { ends, pipes } = JSON.parse(stdout) as Told
        expect(pipes).to.deep.equal([])
        expect(ends).to.have.length(4)
        for (const [state, [out], err, log] of ends) {
          expect([state, err, log]).to.deep.equal(['SUCCEEDED', ['err'], []])
          // Node's own are sockets.
          expect(out).to.match(/^socket:/)
        }
      })
})

interface Told {
  /** Of each process the state of its task, what it printed to both of its outputs, and the log. */
  readonly ends: readonly [string, readonly string[], readonly string[], readonly string[]][]
  readonly pipes: readonly string[]
}
