import { expect } from 'chai'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { HostedRun, LaunchOrder, ProcessHost } from '../../../../src/animators/process/host/order.ts'
import { timesName, segmentName } from '../../../../src/files/record/format.ts'
import { RecordReader } from '../../../../src/files/record/reader.ts'
import { HOST_KINDS, hostOf, Stage } from '../stage.ts'

/** So much may lie in the record unread before the process has to wait. */
const AHEAD = 131_072
const waits = { keep: 1, waits: true }

for (const kind of HOST_KINDS)
  describe(`a process that waits for readers, started ${kind}`, () => {
    let host: ProcessHost
    let stage: Stage
    before(() => (host = hostOf(kind)))
    after(() => host.close())
    beforeEach(() => (stage = new Stage()))
    afterEach(() => stage.remove())

    const tail = ({ record }: LaunchOrder) =>
      new RecordReader(record).read({ stream: 'stdout', after: 0, limit: 1, tail: 1 })

    /** Resolves when so much was printed. */
    async function printed(order: LaunchOrder, run: HostedRun, bytes: number): Promise<void> {
      while (((await tail(order))?.cursor ?? 0) < bytes)
        await new Promise<void>((resolve) => run.onGrowth(resolve))
    }

    it('loses nothing that was not read to a further attempt', async () => {
      const order = stage.order('yes', waits)
      for (let attempt = 1; attempt <= 4; attempt++) {
        const run = host.launch({ ...order, attempt })
        await run.started
        await printed(order, run, AHEAD)
        run.stop()
        await run.ended
      }
      expect(await tail(order)).to.include({ dropped: 0 })
    })

    it('does not wait for readers of what its disk has not taken', async () => {
      const order = stage.order('head -c 1000000 /dev/zero', waits)
      // Where the times of its output would go.
      mkdirSync(join(order.record, timesName(segmentName('stdout', 0))))
      const end = await host.launch(order).ended
      expect(end).to.include({ exitCode: 0, stdout: 1_000_000 })
      expect(end.fault).to.match(/1000000 bytes of stdout are lost/)
    })

    it('can still say what it does when it is told to stop, though nobody reads', async () => {
      const script = `trap 'seq 10000; exit 7' TERM; yes | head -c 1000000; while :; do sleep 0.02; done`
      const order = stage.order(script, waits)
      const run = host.launch(order)
      await printed(order, run, AHEAD)
      run.stop()
      expect(await run.ended).to.include({ exitCode: 7 })
      expect(stage.text(order)).to.match(/\n9999\n10000\n$/)
    })

    it('is not heard without end when it is told to stop', async () => {
      const order = stage.order(`trap '' TERM; yes`, { ...waits, killAfter: 300 })
      const run = host.launch(order)
      await printed(order, run, AHEAD)
      run.stop()
      const end = await run.ended
      expect(end).to.include({ signal: 'SIGKILL' })
      expect(end.stdout).to.be.below(1_000_000)
    })

    it('ends as it would, once it has printed too much and no more of it is kept', async () => {
      const script = `trap 'head -c 300000 /dev/zero; exit 7' TERM; head -c 150000 /dev/zero; while :; do sleep 0.02; done`
      const order = stage.order(script, { ...waits, stopAt: AHEAD - 1 })
      const end = await host.launch(order).ended
      expect(end).to.include({ exitCode: 7, overflowed: true })
      expect(end.stdout).to.be.at.least(AHEAD + 300_000)
    })
  })
