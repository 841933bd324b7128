import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { noteFamily } from '../../../../src/animators/process/host/family.ts'
import { notePath, readNote, type Note } from '../../../../src/animators/process/host/notes.ts'
import type { LaunchOrder } from '../../../../src/animators/process/host/order.ts'
import { identityOf } from '../../../../src/machine/proc.ts'
import { recover } from '../../../../src/animators/process/leftovers/recover.ts'
import { takeOver, type Leftover } from '../../../../src/animators/process/leftovers/take-over.ts'
import { RecordReader } from '../../../../src/files/record/reader.ts'
import { isAlive } from '../host.ts'
import { Stage, until } from '../stage.ts'

const WAITS = 'echo $$; until [ -e done ]; do sleep 0.05; done'

describe('processes of a service that was killed', () => {
  let stage: Stage
  const strays: ChildProcess[] = []
  beforeEach(() => (stage = new Stage()))
  afterEach(() => {
    for (const stray of strays.splice(0)) stray.kill('SIGKILL')
    stage.remove()
  })

  /** A service that has started these; resolves when all of them have printed a line. */
  async function serviceWith(
    ...orders: LaunchOrder[]
  ): Promise<{ readonly spawner: number; kill(): Promise<void> }> {
    const program = ['--import', 'tsx', 'test/animators/process/service.ts', stage.running]
    const service = spawn(process.execPath, [...program, ...orders.map((one) => JSON.stringify(one))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    strays.push(service)
    const [text] = (await once(service.stdout.setEncoding('utf8'), 'data')) as [string]
    for (const order of orders) await stage.line(order)
    return {
      spawner: Number(/spawner (\d+)/.exec(text)![1]),
      async kill() {
        service.kill('SIGKILL')
        await once(service, 'exit')
      },
    }
  }

  const next = (order: LaunchOrder): Promise<Leftover> =>
    takeOver(stage.running, { id: order.task, attempt: 2 }, AbortSignal.timeout(20_000))

  /** A process that nobody listens to, noted as if its service and spawner had both been killed. */
  async function orphan(
    script: string,
    more: Partial<Note> = {},
  ): Promise<{ order: LaunchOrder; pid: number }> {
    const order = stage.order(script, { killAfter: 300 })
    const child = spawn('/bin/bash', ['-c', script], { detached: true, stdio: 'ignore', env: order.env })
    strays.push(child)
    const gone = { pid: 4_194_303, start: '1', boot: identityOf(process.pid)!.boot }
    const { task, attempt, mark, stopSignal, killAfter, leftover, record } = order
    const own = { task, attempt, mark, stopSignal, killAfter, leftover, record }
    const who = { process: identityOf(child.pid!)!, host: gone, service: gone, at: Date.now() }
    writeFileSync(
      notePath(stage.running, task),
      JSON.stringify({ hostname: hostname(), ...own, ...who, ...more }),
    )
    return { order, pid: child.pid! }
  }

  it('are ended by their spawner, each with its signal and its time, and the next attempt waits for that', async () => {
    const polite = stage.order(`trap 'sleep 0.3; echo bye; exit' TERM; ${WAITS}`)
    const deaf = stage.order(`trap '' TERM; ${WAITS}`, { killAfter: 500 })
    const service = await serviceWith(polite, deaf)
    const pids = [polite, deaf].map((order) => stage.text(order).trim())
    expect(pids.map(isAlive)).to.deep.equal([true, true])
    await service.kill()
    expect((await recover(stage.running)).ended).to.deep.equal([])
    expect(await next(deaf)).to.deep.equal({ kind: 'none' })
    expect(await next(polite)).to.deep.equal({ kind: 'none' })
    expect(pids.map(isAlive)).to.deep.equal([false, false])
    expect(stage.text(polite)).to.match(/bye\n$/)
    expect(stage.notes()).to.deep.equal([])
    await leaves(service.spawner)
  })

  it('go on where they may be adopted, and the next attempt takes them over with their record and their end', async () => {
    const order = stage.order(`${WAITS}; echo last; exit 7`, { leftover: 'adopt', token: 'secret' })
    const ends = stage.order(WAITS)
    const service = await serviceWith(order, ends)
    await service.kill()
    expect(await next(ends)).to.deep.equal({ kind: 'none' })
    await recover(stage.running)
    const found = await next(order)
    if (found.kind !== 'adopted') throw new Error(found.kind)
    expect(found.note).to.include({ attempt: 1, token: 'secret' })
    expect((await found.run.started).pid).to.equal(Number(stage.text(order)))
    const grown = new Promise<void>((resolve) => found.run.onGrowth(resolve))
    writeFileSync(join(stage.folder, 'done'), '')
    expect(await found.run.ended).to.include({ exitCode: 7, leftBehind: false })
    await Promise.race([grown, found.run.ended])
    expect(stage.text(order)).to.match(/\nlast\n$/)
    expect(stage.notes()).to.deep.equal([])
    await leaves(service.spawner)
  })

  it('go on waiting for readers, and do not lose what nobody has read', async () => {
    const order = stage.order('seq 100000', { leftover: 'adopt', waits: true, keep: 1 })
    const service = await serviceWith(order)
    await service.kill()
    const found = await next(order)
    if (found.kind !== 'adopted') throw new Error(found.kind)
    let over = false
    void found.run.ended.then(() => (over = true))
    const reader = new RecordReader(order.record)
    let [after, lines] = [0, 0]
    for (;;) {
      const isLast = over
      const { items, cursor } = (await reader.read({ stream: 'stdout', after, limit: 1e9 }))!
      for (const { text } of items) expect(text).to.equal(String(++lines))
      if (isLast && items.length === 0) break
      after = cursor
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(lines).to.equal(100_000)
    await leaves(service.spawner)
  })

  it('leave their end to the next attempt, which may come when all of them have gone', async () => {
    const order = stage.order(`${WAITS}; echo last >&2; exit 8`, { leftover: 'adopt' })
    const service = await serviceWith(order)
    await service.kill()
    writeFileSync(join(stage.folder, 'done'), '')
    await leaves(service.spawner)
    await recover(stage.running)
    const found = await next(order)
    if (found.kind !== 'adopted') throw new Error(found.kind)
    expect(await found.run.ended).to.include({ exitCode: 8, stderr: 5 })
    expect(await next(order)).to.deep.equal({ kind: 'none' })
  })

  it('can be stopped by the attempt that took them over', async () => {
    const order = stage.order(`trap '' TERM; ${WAITS}`, { leftover: 'adopt', killAfter: 200 })
    const service = await serviceWith(order)
    await service.kill()
    const found = await next(order)
    if (found.kind !== 'adopted') throw new Error(found.kind)
    found.run.stop()
    expect(await found.run.ended).to.include({ signal: 'SIGKILL' })
    expect(isAlive(stage.text(order).trim())).to.equal(false)
    await leaves(service.spawner)
  })

  it('are ended when their spawner is killed too, whether they were taken over or not', async () => {
    const order = stage.order(WAITS, { leftover: 'adopt', killAfter: 200 })
    const other = stage.order(WAITS, { leftover: 'adopt', killAfter: 200 })
    const service = await serviceWith(order, other)
    await service.kill()
    const found = await next(order)
    if (found.kind !== 'adopted') throw new Error(found.kind)
    process.kill(service.spawner, 'SIGKILL')
    expect(await found.run.ended.catch((error: unknown) => error)).to.include({ code: 'spawner-lost' })
    const { kind } = await next(other)
    expect(kind).to.be.oneOf(['ended', 'none'])
    for (const one of [order, other]) expect(isAlive(stage.text(one).trim())).to.equal(false)
    expect(stage.notes()).to.deep.equal([])
  })

  it('are told to end by a signal to the spawner that keeps them', async () => {
    const order = stage.order(`trap 'exit 9' TERM; ${WAITS}`, { leftover: 'adopt' })
    const service = await serviceWith(order)
    await service.kill()
    const found = await next(order)
    if (found.kind !== 'adopted') throw new Error(found.kind)
    process.kill(service.spawner, 'SIGTERM')
    expect(await found.run.ended).to.include({ exitCode: 9 })
    await leaves(service.spawner)
  })

  it('are ended as the next service begins, where nobody has done it', async () => {
    const one = await orphan(`trap '' TERM; while :; do sleep 0.05; done`)
    const two = await orphan('setsid sleep 100 & exec sleep 100')
    expect((await recover(stage.running)).ended).to.have.members([one.pid, two.pid])
    expect([one, two].map(({ pid }) => isAlive(pid))).to.deep.equal([false, false])
    expect(stage.notes()).to.deep.equal([])
  })

  it('are ended however many there are, and those among them that are strangers by now are not', async () => {
    const scripts = ['exec sleep 100', `trap '' TERM; while :; do sleep 0.5; done`]
    const orphans = await Promise.all(Array.from({ length: 40 }, (_, i) => orphan(scripts[i % 2]!)))
    const strangers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => orphan(scripts[i % 2]!, { mark: `MAJORDOMO_RUN=none-${i}` })),
    )
    for (const { order } of strangers) {
      const path = notePath(stage.running, order.task)
      const note = JSON.parse(readFileSync(path, 'utf8')) as Note
      writeFileSync(path, JSON.stringify({ ...note, process: { ...note.process, start: '1' } }))
    }
    expect((await recover(stage.running)).ended).to.have.members(orphans.map(({ pid }) => pid))
    expect(orphans.filter(({ pid }) => isAlive(pid))).to.deep.equal([])
    expect(strangers.filter(({ pid }) => isAlive(pid))).to.have.length(10)
    expect(stage.notes()).to.deep.equal([])
  })

  it('are found by the mark of all processes of their service, also those that nobody has noted, and only theirs', async () => {
    const dead = { pid: 4_194_303, start: '1', boot: identityOf(process.pid)!.boot }
    const alive = identityOf(process.pid)!
    const families = [
      { service: dead, host: dead },
      { service: dead, host: alive },
      { service: alive, host: alive },
      { service: dead, host: dead, hostname: 'elsewhere' },
    ]
    const pids: number[] = []
    for (const who of families) {
      const family = { id: randomUUID(), running: stage.running }
      noteFamily(family, process.pid)
      const path = join(
        stage.running,
        stage.notes().find((name) => name.includes(family.id))!,
      )
      writeFileSync(path, JSON.stringify({ hostname: hostname(), id: family.id, ...who }))
      const env = { PATH: process.env['PATH'], MAJORDOMO_RUN: `${family.id}.one` }
      const stray = spawn('/bin/sleep', ['100'], { detached: true, stdio: 'ignore', env })
      strays.push(stray)
      pids.push(stray.pid!)
    }
    expect((await recover(stage.running)).ended).to.deep.equal([pids[0]])
    expect(pids.map(isAlive)).to.deep.equal([false, true, true, true])
    expect(stage.notes()).to.have.length(3)
  })

  it('are ended without the note of the next attempt, which has begun meanwhile', async () => {
    const [begun, told] = [join(stage.folder, 'begun'), join(stage.folder, 'told')]
    const { order } = await orphan(`trap 'touch ${told}' TERM; touch ${begun}; while :; do sleep 0.05; done`)
    await until(stage.folder, () => existsSync(begun))
    const recovered = recover(stage.running)
    await until(stage.folder, () => existsSync(told))
    const path = notePath(stage.running, order.task)
    const note = JSON.parse(readFileSync(path, 'utf8')) as Note
    const newer = { ...note, attempt: 2, mark: 'MAJORDOMO_RUN=newer', service: identityOf(process.pid)! }
    writeFileSync(path, JSON.stringify(newer))
    await recovered
    expect(readNote(stage.running, order.task)).to.include({ attempt: 2, mark: newer.mark })
  })

  it('are ended by the next attempt, where it comes first', async () => {
    const { order, pid } = await orphan('exec sleep 100')
    expect(await next(order)).to.deep.equal({ kind: 'ended', pid })
    expect(isAlive(pid)).to.equal(false)
    expect(await next(order)).to.deep.equal({ kind: 'none' })
  })

  it('are not taken for strangers that have their pids by now', async () => {
    for (const change of [{ start: '1' }, { boot: 'another' }]) {
      const { order, pid } = await orphan('exec sleep 100')
      const path = notePath(stage.running, order.task)
      const note = JSON.parse(readFileSync(path, 'utf8')) as Note
      const changed = { ...note, mark: 'MAJORDOMO_RUN=none', process: { ...note.process, ...change } }
      writeFileSync(path, JSON.stringify(changed))
      expect((await recover(stage.running)).ended).to.deep.equal([])
      writeFileSync(path, JSON.stringify(changed))
      expect(await next(order)).to.deep.equal({ kind: 'none' })
      expect(isAlive(pid)).to.equal(true)
    }
  })

  it('are left alone while their service lives, and the next attempt waits for it', async () => {
    const { order, pid } = await orphan('exec sleep 100', { service: identityOf(process.pid)! })
    expect((await recover(stage.running)).ended).to.deep.equal([])
    expect(isAlive(pid)).to.equal(true)
    const abort = new AbortController()
    const waiting = takeOver(stage.running, { id: order.task, attempt: 2 }, abort.signal).catch(
      (error: unknown) => error,
    )
    abort.abort(new Error('enough'))
    expect(await waiting)
      .to.be.an('error')
      .with.property('message', 'enough')
    expect(isAlive(pid)).to.equal(true)
  })

  it('are not looked for in what is no note, of another machine, or names nobody', async () => {
    const { order, pid } = await orphan('exec sleep 100')
    const path = notePath(stage.running, order.task)
    const note = JSON.parse(readFileSync(path, 'utf8')) as Note
    const forged: unknown[] = [
      '{',
      { ...note, hostname: 'elsewhere' },
      { ...note, process: { ...note.process, pid: -1 } },
      { ...note, mark: 'MAJORDOMO_RUN=' },
      null,
      {},
    ]
    for (const one of forged) {
      writeFileSync(path, typeof one === 'string' ? one : JSON.stringify(one))
      expect((await recover(stage.running)).ended).to.deep.equal([])
    }
    expect(isAlive(pid)).to.equal(true)
    expect(stage.notes()).to.have.length(1)
    const long = Date.now() / 1000 - 31 * 86_400
    utimesSync(path, long, long)
    await recover(stage.running)
    expect(stage.notes()).to.deep.equal([])
    expect((await recover(join(stage.folder, 'none'))).ended).to.deep.equal([])
  })

  it('are forgotten when nobody has asked for their end in a week', async () => {
    const end = { exitCode: 0, wall: 5, stdout: 0, stderr: 0, leftBehind: false, overflowed: false } as never
    const { order } = await orphan('exit', { end, leftover: 'adopt' })
    await recover(stage.running)
    expect(stage.notes()).to.have.length(1)
    const path = notePath(stage.running, order.task)
    const note = JSON.parse(readFileSync(path, 'utf8')) as Note
    writeFileSync(path, JSON.stringify({ ...note, at: Date.now() - 8 * 86_400_000 }))
    await recover(stage.running)
    expect(stage.notes()).to.deep.equal([])
  })

  /** Waits for the spawner to go. */
  async function leaves(spawner: number): Promise<void> {
    while (isAlive(spawner)) await new Promise((resolve) => setImmediate(resolve))
  }
})
