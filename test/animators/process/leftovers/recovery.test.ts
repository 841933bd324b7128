import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { localFiles } from '../../../../src/files/index.ts'
import { Manager, type AnimatorPlace, type Task } from '../../../../src/index.ts'
import { processRunner } from '../../../../src/animators/process/index.ts'
import { noteFamily, type FamilyNote } from '../../../../src/animators/process/host/family.ts'
import { readNote } from '../../../../src/animators/process/host/notes.ts'
import { noteKeeper } from '../../../../src/animators/process/leftovers/keeper.ts'
import { recover } from '../../../../src/animators/process/leftovers/recover.ts'
import { Recovery } from '../../../../src/animators/process/leftovers/recovery.ts'
import { sqlite } from '../../../../src/engine/sqlite/index.ts'
import { isAlive } from '../host.ts'
import { Stage } from '../stage.ts'

describe('a process that was left for the next attempt of its task', () => {
  let stage: Stage
  let running: string
  const managers: Manager[] = []
  const services: ChildProcess[] = []
  beforeEach(() => {
    stage = new Stage()
    running = join(stage.folder, 'files', '.running')
  })
  afterEach(async () => {
    for (const service of services.splice(0)) service.kill('SIGKILL')
    await Promise.all(managers.splice(0).map((one) => one.close({ grace: 0 })))
    stage.remove()
  })

  async function opened(): Promise<Manager> {
    const manager = new Manager({
      engine: sqlite({ file: join(stage.folder, 'tasks.db') }),
      files: localFiles(join(stage.folder, 'files')),
    })
    managers.push(manager)
    manager.register('PROCESS', processRunner({ allow: [], shells: ['bash'], leftovers: 'adopt' }))
    await manager.open()
    return manager
  }

  /** A task that waits to be started, and the pid of a process that a killed service has left of it. */
  async function left(): Promise<{ readonly id: string; readonly pid: string }> {
    const manager = await opened()
    const { task } = await manager.create('PROCESS', { script: 'echo' }, { autoStart: false })
    await manager.close()
    const script = `trap 'exit 9' TERM; echo $$; while :; do sleep 0.05; done`
    const order = stage.order(script, { task: task.id, running, leftover: 'adopt' })
    const program = ['--import', 'tsx', 'test/animators/process/service.ts', running]
    const service = spawn(process.execPath, [...program, JSON.stringify(order)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    services.push(service)
    const pid = await stage.line(order)
    service.kill('SIGKILL')
    await once(service, 'exit')
    return { id: task.id, pid }
  }

  it('goes on while that waits for its turn, and after the service is closed, until the task ends', async () => {
    const { id, pid } = await left()
    const first = await opened()
    expect((await first.get(id)).state).to.equal('NEW')
    await first.close()
    expect(isAlive(pid)).to.equal(true)
    const second = await opened()
    expect(isAlive(pid)).to.equal(true)
    await second.cancel(id)
    await goes(pid)
    await noNote(id)
  })

  it('ends with the service that closes just after the task has ended', async () => {
    const { id, pid } = await left()
    const manager = await opened()
    await manager.delete(id, { force: true })
    await manager.close()
    expect(isAlive(pid)).to.equal(false)
    await noNote(id)
  })

  it('is left alone where another service of the machine has taken it over', async () => {
    const { id, pid } = await left()
    const note = readNote(running, id)!
    noteKeeper(running, note, 2)
    const unwanted = async (): Promise<boolean> => false
    expect(await recover(running, unwanted)).to.deep.equal({ ended: [], waiting: 0 })
    noteKeeper(running, { ...note, mark: 'MAJORDOMO_RUN=of-an-earlier-one' }, 2)
    expect(await recover(running, unwanted)).to.deep.equal({ ended: [Number(pid)], waiting: 0 })
    expect(isAlive(pid)).to.equal(false)
    await noNote(id)
  })

  it('ends when the next attempt runs on another machine', async () => {
    const { id, pid } = await left()
    const place = (attempt: number): AnimatorPlace => ({
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      running,
      durable: true,
      get: async () => ({ state: 'ACTIVE', attempt }) as Task,
      shared: (make) => make(place(attempt)),
    })
    const sameAttempt = new Recovery(place(1), 0)
    await sameAttempt.over
    await sameAttempt.close()
    noteKeeper(running, readNote(running, id)!, 2)
    await takenBack()
    const keptBefore = new Recovery(place(2), 0)
    await keptBefore.over
    await keptBefore.close()
    expect(isAlive(pid)).to.equal(true)
    await new Recovery(place(3), 0).over
    expect(isAlive(pid)).to.equal(false)
  })

  it('has ended, noted or not, before its task is tried again by a service that was there all along', async () => {
    const manager = await opened()
    const family = { id: randomUUID(), running }
    const env = { MAJORDOMO_RUN: `${family.id}.one` }
    const stray = spawn('/bin/sleep', ['100'], { detached: true, stdio: 'ignore', env })
    services.push(stray)
    noteFamily(family, process.pid)
    const path = join(
      running,
      (await readdir(running)).find((name) => name.includes(family.id))!,
    )
    const note = JSON.parse(await readFile(path, 'utf8')) as FamilyNote
    const gone = { ...note.service, start: '1' }
    await writeFile(path, JSON.stringify({ ...note, service: gone, host: gone }))
    // The first attempt finds it running.
    const script = `! readlink /proc/${stray.pid}/exe`
    const { task } = await manager.create('PROCESS', { script }, { retry: { limit: 1, backoff: 0 } })
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED', attempt: 2 })
  })

  it('is not left by a service whose tasks do not outlive it, which is told', async () => {
    const warnings: string[] = []
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (message: string) => void warnings.push(message),
    }
    const manager = new Manager({ logger, files: localFiles(join(stage.folder, 'files')) })
    managers.push(manager)
    manager.register('PROCESS', processRunner({ allow: [], shells: ['bash'], leftovers: 'adopt' }))
    await manager.open()
    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.include("leftovers: 'adopt'")
    const { task } = await manager.create('PROCESS', { script: 'echo ready; exec sleep 100' })
    for await (const { text } of manager.follow(task.id, { stream: 'stdout' })) {
      expect(text).to.equal('ready')
      break
    }
    expect(readNote(running, task.id)).to.include({ leftover: 'end' })
  })

  /** As if the service that has taken it over had been killed. */
  async function takenBack(): Promise<void> {
    const [path] = (await readdir(running)).filter((name) => name.endsWith('.keeper'))
    const keeper = JSON.parse(await readFile(join(running, path!), 'utf8')) as { service: object }
    const gone = { ...keeper, service: { ...keeper.service, start: '1' } }
    await writeFile(join(running, path!), JSON.stringify(gone))
  }

  async function goes(pid: string): Promise<void> {
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve))
  }

  async function noNote(id: string): Promise<void> {
    while (readNote(running, id) !== undefined) await new Promise((resolve) => setImmediate(resolve))
  }
})
