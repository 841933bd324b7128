import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processRunner, type ProcessRunnerOptions } from '../../../../src/animators/process/index.ts'
import { Census } from '../../../../src/animators/process/host/census.ts'
import { Reaper } from '../../../../src/animators/process/host/reaper.ts'
import { signalGroup } from '../../../../src/animators/process/host/signals.ts'
import { faults, IS_ROOT, outcome, plan, printed, start } from './planned.ts'

/** A group is killed at once, whatever forks in it; those who have left it are looked for. */
async function endAll(leader: number, mark: string): Promise<void> {
  const reaper = new Reaper()
  const deadline = performance.now() + 5_000
  while (signalGroup(leader, 'SIGKILL') && performance.now() < deadline) await reaper.killMarked(mark)
  await reaper.killMarked(mark)
}

const bound = (name: string): string[] => ['sh', '-c', `ulimit -${name}; ulimit -H -${name}`]

describe('limits of a process', () => {
  it('cost nothing where none are asked for', async () => {
    expect(await plan({ command: ['true'] })).to.deep.include({ prefix: [], uid: undefined, gid: undefined })
  })

  it('are held by the kernel, and cannot be shed', async () => {
    const limits = { files: 20, processes: 500, memory: 1_024_000_000, core: 0, fileSize: 5_120, cpu: '7s' }
    const print = (name: string): Promise<string> => printed({ command: bound(name), limits })
    expect(await print('n')).to.equal('20\n20')
    expect(await print('p')).to.equal('500\n500')
    expect(await print('v')).to.equal('1000000\n1000000')
    expect(await print('c')).to.equal('0\n0')
    expect(await print('f')).to.equal('10\n10')
    expect(await print('t')).to.equal('7\n8')
  })

  it('are those of the host, which a caller may only tighten', async () => {
    const options = { limits: { files: 20, cpu: 2_000 } }
    expect(await printed({ command: bound('n') }, options)).to.equal('20\n20')
    expect(await printed({ command: bound('n'), limits: { files: 10 } }, options)).to.equal('10\n10')
    expect(await printed({ command: bound('t'), limits: { files: 10 } }, options)).to.equal('2\n3')
    expect(await faults({ limits: { files: 21, cpu: '1m' } }, options)).to.deep.equal([
      '/limits/cpu must be at most 2s, got 60s',
      '/limits/files must be at most 20, got 21',
    ])
    const raised = { ...options, raiseLimits: true }
    expect(await printed({ command: bound('n'), limits: { files: 21 } }, raised)).to.equal('21\n21')
  })

  it('are never above those that the service is held to', async () => {
    const most = spawnSync('sh', ['-c', 'ulimit -H -n'], { encoding: 'utf8' }).stdout.trim()
    expect(await printed({ command: bound('n'), limits: { files: 2 ** 31 } })).to.equal(`${most}\n${most}`)
  })

  it('of CPU time end it by a signal that says why', async () => {
    const { signal } = await outcome(
      await plan({ command: ['sh', '-c', 'while :; do :; done'], limits: { cpu: 1 } }),
    )
    expect(signal).to.equal('SIGXCPU')
  })

  it('of memory make it fail for itself', async () => {
    const command = ['sh', '-c', 'exec tail /dev/zero']
    const { code, stderr } = await outcome(await plan({ command, limits: { memory: 200_000_000 } }))
    expect(code).to.be.above(0)
    expect(stderr).to.match(/memory/)
  })

  it('of file sizes hold for files, and not for what it prints', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'majordomo-limits-'))
    const command = ['sh', '-c', 'head -c 100000 /dev/zero; head -c 100000 /dev/zero > large']
    const { stdout } = await outcome(await plan({ command, limits: { fileSize: 5_000 } }), folder)
    expect(stdout).to.have.length(100_000)
    expect(statSync(join(folder, 'large')).size).to.equal(5_000)
    rmSync(folder, { recursive: true })
  })

  it('of processes keep a fork bomb of another user small, and all of it can be ended', async function () {
    if (!IS_ROOT) return this.skip()
    const mark = `MAJORDOMO_RUN=bomb-${process.pid}`
    const options = { users: ['nobody'], env: { set: { BOMB: mark } } }
    // Without the limit it does not begin: it would take the machine with it.
    const bomb = `grep -q '^Max processes *50 *50 ' /proc/self/limits || exit 9; f(){ f|f& };f; sleep 5`
    const child = start(
      await plan({ command: ['sh', '-c', bomb], user: 'nobody', limits: { processes: 50 } }, options),
    )
    const count = (): number => Number(spawnSync('pgrep', ['-c', '-g', String(child.pid)]).stdout)
    try {
      let told = ''
      for await (const bytes of child.stderr!) if (/fork/i.test((told += String(bytes)))) break
      expect(told).to.match(/fork/i)
      expect(count()).to.be.at.most(50)
    } finally {
      await endAll(child.pid!, mark)
    }
    expect(await new Census().markedBy(mark)).to.deep.equal([])
    expect(count()).to.equal(0)
  }).timeout(10_000)

  it('have to be said in the right form', () => {
    const wrong: [unknown, RegExp][] = [
      [{ limits: 3 }, /"limits" to be an object/],
      [{ limits: { file: 3 } }, /did you mean "files"/],
      [{ limits: { memory: '1G' } }, /"limits.memory" to be an integer >= 0, got "1G"/],
      [{ limits: { cpu: 'long' } }, /"limits.cpu"/],
      [{ limits: { cpu: 0 } }, /"limits.cpu" to be longer than 0/],
      [{ raiseLimits: 'yes' }, /"raiseLimits"/],
    ]
    for (const [options, message] of wrong)
      expect(() => processRunner({ allow: [], ...(options as Partial<ProcessRunnerOptions>) })).to.throw(
        message,
      )
  })
})

describe('how nice a process is', () => {
  const command = ['nice']

  it('is what was asked for, whatever the service is', async () => {
    expect(await printed({ command, nice: 7 })).to.equal('7')
    expect(await printed({ command }, { nice: 5 })).to.equal('5')
    expect(await printed({ command, nice: 9 }, { nice: { usual: 3 } })).to.equal('9')
    expect((await plan({ command, nice: 0 })).prefix).to.deep.equal([])
  })

  it('is chosen between what the host allows', async () => {
    expect(await faults({ nice: -1 })).to.deep.equal(['/nice must be from 0 to 19, got -1'])
    expect(await faults({ nice: 4 }, { nice: { min: 5, max: 10 } })).to.have.length(1)
    expect(await faults({ nice: 11 }, { nice: { min: 5, max: 10 } })).to.have.length(1)
    expect(await faults({ nice: 4 }, { nice: 5 })).to.have.length(1)
  })

  it('is less than that of the service for root alone', async function () {
    if (!IS_ROOT) return this.skip()
    const options = { nice: { min: -5 }, users: ['nobody'] }
    expect(await printed({ command, nice: -5 }, options)).to.equal('-5')
    expect(await faults({ user: 'nobody', nice: -5 }, options)).to.deep.equal([
      "/nice must be at least 0 for a process that is not root's, got -5",
    ])
  })

  it('has to be said in the right form', () => {
    for (const nice of ['1', 20, 1.5, null, { least: 1 }, { min: 5, max: 4 }])
      expect(() => processRunner({ allow: [], nice } as unknown as ProcessRunnerOptions)).to.throw(/nice/)
  })
})

describe('the umask of a process', () => {
  const command = ['sh', '-c', 'umask']

  it('is what was asked for, or else what the host says', async () => {
    expect(await printed({ command, umask: '027' })).to.equal('0027')
    expect(await printed({ command }, { umask: 0o77 })).to.equal('0077')
    expect(await printed({ command }, { umask: '7' })).to.equal('0007')
    expect(await printed({ command, umask: '022' }, { umask: '077' })).to.equal('0022')
  })

  it('leaves the arguments as they are', async () => {
    const command = ['printf', '%s|', '$HOME', '*', '', "a'b", '-n']
    expect(await printed({ command, umask: '027', nice: 3, limits: { core: 0 } })).to.equal(
      "$HOME|*||a'b|-n|",
    )
  })

  it('has to be said in the right form', async () => {
    expect(await faults({ umask: '888' })).to.deep.equal([
      '/umask expected an octal text such as "027", or an integer from 0 to 511, got "888"',
    ])
    expect(await faults({ umask: '1777' })).to.have.length(1)
    for (const umask of ['rwx', -1, 512, 1.5, null])
      expect(() => processRunner({ allow: [], umask } as unknown as ProcessRunnerOptions)).to.throw(/"umask"/)
  })
})

it('tools that bind processes are not looked up where the host keeps its commands', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'majordomo-path-'))
  spawnSync('cp', ['/bin/false', join(folder, 'prlimit')])
  chmodSync(join(folder, 'prlimit'), 0o755)
  const { prefix } = await plan(
    { command: ['/bin/true'], limits: { core: 0 }, nice: 1, umask: '027' },
    { path: [folder] },
  )
  rmSync(folder, { recursive: true })
  expect(prefix.filter((part) => part.startsWith('/'))).to.deep.equal([
    '/usr/bin/sh',
    '/usr/bin/nice',
    '/usr/bin/prlimit',
  ])
})
