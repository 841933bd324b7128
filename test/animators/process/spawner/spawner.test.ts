import { expect } from 'chai'
import { execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SpawnerEnd } from '../../../../src/animators/process/spawner/spawner-process.ts'
import { SpawnedHost } from '../../../../src/animators/process/spawner/spawned-host.ts'
import { spawnerScript } from '../../../../src/animators/process/spawner-script.ts'
import { isAlive } from '../host.ts'
import { Stage } from '../stage.ts'

const SERVICE = ['--import', 'tsx', 'test/animators/process/service.ts']

describe('the spawner', () => {
  let stage: Stage
  let host: SpawnedHost
  let lost: SpawnerEnd[]
  beforeEach(() => {
    stage = new Stage()
    lost = []
    host = new SpawnedHost(spawnerScript()!, (end) => lost.push(end))
  })
  afterEach(async () => {
    await host.close()
    stage.remove()
  })

  it('is started with the first process, and once for many', async () => {
    expect(host.pid).to.equal(undefined)
    await host.launch(stage.order('true')).ended
    const { pid } = host
    expect(isAlive(pid!)).to.equal(true)
    await Promise.all([1, 2].map(() => host.launch(stage.order('true')).ended))
    expect(host.pid).to.equal(pid)
  })

  it('knows nothing of what stands in the environment of the service', async () => {
    process.env['TEST_SECRET'] = 'hunter2'
    const own = new SpawnedHost(spawnerScript()!)
    await own.launch(stage.order('true')).ended
    const environ = readFileSync(`/proc/${own.pid}/environ`, 'latin1')
    delete process.env['TEST_SECRET']
    await own.close()
    expect(environ).to.include('PATH=').and.not.include('hunter')
  })

  it('leaves with nothing, although it never was needed', async () => {
    await host.close()
    expect(host.pid).to.equal(undefined)
  })

  it('takes its processes with it when it is killed, each run tells so, and the next process has a new one', async () => {
    const orders = [
      stage.order(`trap 'exit 0' TERM; echo $$; while :; do sleep 0.05; done`),
      stage.order(
        `trap '' TERM; (setsid sleep 100 >/dev/null 2>&1 &) ; echo $$; while :; do sleep 0.05; done`,
        {
          killAfter: 200,
        },
      ),
    ]
    const runs = orders.map((order) => host.launch(order))
    const pids = await Promise.all(orders.map((order, i) => stage.line(order, runs[i])))
    const marked = orders[1]!.mark
    expect(await markedPids(marked)).to.have.length.at.least(2)
    const { pid } = host
    process.kill(pid!, 'SIGKILL')
    for (const run of runs) {
      const error = await run.ended.catch((error: unknown) => error)
      expect(error).to.be.an('error').that.includes({ name: 'SpawnerLost', code: 'spawner-lost' })
    }
    for (const one of pids) expect(isAlive(one)).to.equal(false)
    expect(await markedPids(marked)).to.deep.equal([])
    expect(stage.notes()).to.deep.equal([])
    expect(lost).to.have.length(1)
    expect(lost[0]).to.include({ signal: 'SIGKILL' })
    expect(await host.launch(stage.order('exit 5')).ended).to.include({ exitCode: 5 })
    expect(host.pid).not.to.equal(pid)
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`majordomo-fifos-${pid}-`))).to.deep.equal(
      [],
    )
  })

  it('takes fifty with it, with all that came from them, and nobody else', async () => {
    const script = (i: number): string =>
      i % 2 === 0
        ? 'echo $$; exec sleep 100'
        : `trap '' TERM; setsid sleep 100 & echo $$; while :; do sleep 0.5; done`
    const orders = Array.from({ length: 50 }, (_, i) => stage.order(script(i), { killAfter: 300 }))
    const runs = orders.map((order) => host.launch(order))
    const pids = await Promise.all(orders.map((order, i) => stage.line(order, runs[i])))
    // One that looks just like them, and is another's.
    const other = stage.order('echo $$; exec sleep 100')
    const stranger = spawn(other.file, other.argv, { env: other.env, detached: true })
    process.kill(host.pid!, 'SIGKILL')
    const ends = await Promise.all(runs.map((run) => run.ended.catch((error: unknown) => error)))
    for (const end of ends) expect(end).to.include({ code: 'spawner-lost' })
    expect(pids.filter(isAlive)).to.deep.equal([])
    for (const { mark } of orders) expect(await markedPids(mark)).to.deep.equal([])
    expect(stage.notes()).to.deep.equal([])
    expect(isAlive(stranger.pid!)).to.equal(true)
    stranger.kill('SIGKILL')
  })

  it('tells what it died of, where it cannot even begin', async () => {
    const broken = new SpawnedHost(join(stage.folder, 'none.js'), (end) => lost.push(end))
    const error = await broken.launch(stage.order('true')).ended.catch((error: unknown) => error)
    expect(error).to.include({ code: 'spawner-lost' })
    expect((error as Error).message).to.match(/exited with code 1: [^]*Cannot find module/)
    await broken.close()
  })

  it('is not moved by signals that are meant for all that belongs to the service', async () => {
    const run = host.launch(stage.order('sleep 0.2; exit 6'))
    await run.started
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(host.pid!, signal)
    expect(await run.ended).to.include({ exitCode: 6 })
  })

  it('is killed on close when it does not answer, and its processes are ended', async () => {
    const order = stage.order('echo $$; exec sleep 100', { killAfter: 100 })
    const run = host.launch(order)
    const pid = await stage.line(order, run)
    await run.started
    process.kill(host.pid!, 'SIGSTOP')
    await host.close()
    expect(isAlive(pid)).to.equal(false)
    expect(await run.ended.catch((error: unknown) => error)).to.include({ code: 'spawner-lost' })
  }).timeout(20_000)

  it('does not hold the service open while it has nothing to do', async () => {
    const order = stage.order('echo done')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...SERVICE, stage.running, JSON.stringify(order)],
      {
        timeout: 20_000,
      },
    )
    expect(stdout).to.match(/"exitCode":0/)
    const spawner = /spawner (\d+)/.exec(stdout)![1]!
    await gone(spawner)
  })

  it('tells of a want of descriptors, and starts the next process when there are some again', async () => {
    const many = 40
    const done = join(stage.folder, 'done')
    const orders = Array.from({ length: many }, () =>
      stage.order(`until [ -e ${done} ]; do sleep 0.05; done`),
    )
    const script = `ulimit -n 60; exec ${process.execPath} ${SERVICE.join(' ')} "$@"`
    const texts = orders.map((one) => JSON.stringify(one))
    const service = spawn('bash', ['-c', script, 'service', stage.running, ...texts], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    const count = (what: RegExp): number => told.match(what)?.length ?? 0
    for await (const text of service.stdout.setEncoding('utf8')) {
      told += text as string
      if (count(/EMFILE/g) + count(/"at":/g) >= many) writeFileSync(done, '')
    }
    expect(count(/EMFILE/g)).to.be.within(1, many - 5)
    expect(count(/"exitCode":0/g)).to.equal(many - count(/EMFILE/g))
  })

  it('tells of a want of processes, and lives on', async () => {
    // Of root's processes there is no limit, and of another user's it is met by those that come after the first.
    const user = process.getuid!() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const first = host.launch(stage.order('exec sleep 100', { ...user, cwd: '/' }))
    await first.started
    const { pid } = host
    const limit = (soft: string): Promise<unknown> =>
      promisify(execFile)('prlimit', [`--nproc=${soft}:`, '--pid', String(pid)])
    await limit('0')
    const run = host.launch(stage.order('true', { ...user, cwd: '/' }))
    expect(await run.ended.catch((error: unknown) => error)).to.include({ code: 'EAGAIN' })
    await limit('1000')
    expect(await host.launch(stage.order('true')).ended).to.include({ exitCode: 0 })
    expect(host.pid).to.equal(pid)
    first.stop()
    await first.ended
  })
})

async function markedPids(mark: string): Promise<string[]> {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark)
    } catch {
      return false
    }
  })
}

async function gone(pid: string): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve))
}
