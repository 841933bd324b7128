import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rejection } from '../../rejection.ts'
import { ENDED, WISH, draft, drafts, endAll } from './drafts.ts'
import { Scratch } from './scratch.ts'

describe('The sqlite engine', () => {
  const scratch = new Scratch()

  describe('on a disk that is full', () => {
    let disk: string | undefined

    // A small disk of its own; only those who may mount one can try it.
    beforeEach(function () {
      const folder = scratch.folder()
      const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder])
      if (status !== 0) {
        console.warn('      not tried, because this user cannot mount a small disk')
        this.skip()
      }
      disk = folder
    })

    afterEach(async () => {
      if (disk === undefined) return
      await scratch.close()
      // Lazily, because a driver may hold the file until its statements are collected as garbage.
      spawnSync('umount', ['-l', disk])
      disk = undefined
    })

    it('says storage-full, changes nothing, and goes on when there is room again', async () => {
      const file = join(disk!, 'tasks.db')
      const ballast = join(disk!, 'ballast')
      const { engine } = await scratch.engine({ file })
      await engine.insert([draft('a'), draft('b'), draft('held', { held: true })])
      const [claim] = await engine.claim({ ...WISH, limit: 1 })
      expect(claim?.id).to.equal('a')
      fill(ballast)
      const args = { text: 'x'.repeat(2_000) }
      const turn = await Promise.allSettled([
        engine.insert(drafts(500, { args })),
        engine.insert([draft('small')]),
        engine.settle([{ id: 'a', lease: claim!.lease, outcome: ENDED }]),
        engine.pause('SWEEP', true),
      ])
      for (const each of turn) {
        expect(each.status).to.equal('rejected')
        expect((each as PromiseRejectedResult).reason).to.have.property('code', 'storage-full')
      }
      expect(await engine.get('a')).to.deep.include({ state: 'ACTIVE', attempt: 1 })
      expect(await engine.get('b')).to.have.property('waitingFor', 'slot')
      expect(await engine.count({})).to.equal(3)
      const [operation] = await engine.operations()
      expect(operation).to.deep.include({ paused: false })
      expect(operation?.counts).to.deep.include({ NEW: 2, ACTIVE: 1, SUCCEEDED: 0 })
      rmSync(ballast)
      const [task] = await engine.settle([{ id: 'a', lease: claim!.lease, outcome: ENDED }])
      expect(task?.state).to.equal('SUCCEEDED')
      expect(await engine.insert([draft('small')])).to.have.nested.property('[0].kind', 'stored')
      await endAll(engine)
      expect((await engine.operations())[0]?.counts).to.deep.include({ NEW: 1, ACTIVE: 0, SUCCEEDED: 3 })
    })

    it('leaves a file that opens again', async () => {
      const file = join(disk!, 'tasks.db')
      const { engine } = await scratch.engine({ file })
      const args = { text: 'x'.repeat(2_000) }
      let stored = 0
      const full = async (): Promise<unknown> => {
        for (; ; stored += 10) await engine.insert(drafts(10, { args }, `t${stored}-`))
      }
      expect(await rejection(full())).to.have.property('code', 'storage-full')
      expect(stored).to.be.greaterThan(0)
      expect(await engine.count({})).to.equal(stored)
      // As it would be found after a kill, on a larger disk.
      const copy = scratch.file()
      for (const end of ['', '-wal']) cpSync(file + end, copy + end)
      const { engine: next } = await scratch.engine({ file: copy })
      expect(await next.count({})).to.equal(stored)
    })
  })

  /** Takes all room that is left, to the last page. */
  function fill(path: string): void {
    for (let size = 4_000_000; size >= 1_024; size = Math.floor(size / 2)) {
      try {
        writeFileSync(path, Buffer.alloc(size), { flag: 'a' })
      } catch {
        // So much did not fit; half of it may.
      }
    }
  }

  describe('after a purge', () => {
    it('gives room back when much was purged, a slice at a time', async () => {
      const file = scratch.file()
      const { engine, host } = await scratch.engine({ file })
      host.isListening = false
      await engine.insert(drafts(20_000, { args: { text: 'x'.repeat(300) }, retain: 60_000 }))
      await engine.insert([draft('kept', { held: true })])
      for (let i = 0; i < 2; i++) await endAll(engine)
      await engine.backup(join(scratch.folder(), 'a.db'))
      await engine.close()
      const full = statSync(file).size
      const { engine: next, host: nextHost } = await scratch.engine({ file })
      nextHost.isListening = false
      await scratch.clock.advance('2m')
      let sweeps = 0
      for (let wait = await next.sweep(); wait !== undefined; wait = await next.sweep()) {
        await scratch.clock.advance(wait)
        sweeps++
      }
      expect(sweeps).to.be.at.least(20)
      expect(await next.count({})).to.equal(1)
      expect(statSync(file).size).to.be.lessThan(full / 5)
      await next.insert([draft('z')])
      expect(await next.count({})).to.equal(2)
    })

    it('gives nothing back where little is free: it is used again', async () => {
      const { engine } = await scratch.engine({ file: scratch.file() })
      await engine.insert(drafts(100, { retain: 1_000 }))
      await endAll(engine)
      await scratch.clock.advance('1m')
      expect(await engine.sweep()).to.equal(undefined)
      expect(await engine.count({})).to.equal(0)
    })
  })
})
