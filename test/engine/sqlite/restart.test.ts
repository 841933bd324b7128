import { expect } from 'chai'
import { cpSync } from 'node:fs'
import { FakeClock } from '../../../src/testing/index.ts'
import { WISH, draft } from './drafts.ts'
import { Scratch } from './scratch.ts'

describe('The sqlite engine after a restart', () => {
  const scratch = new Scratch()

  /** What a kill would leave of the file at this moment. */
  function leftOf(file: string): string {
    const copy = scratch.file()
    for (const end of ['', '-wal']) cpSync(file + end, copy + end)
    return copy
  }

  it('goes on from the newest time that was stored, when the clock was set back meanwhile', async () => {
    const file = scratch.file()
    const { engine } = await scratch.engine({ file })
    await scratch.clock.advance('10h')
    await engine.insert([draft('a'), draft('late', { delay: 3_600_000 })])
    const { createdAt } = (await engine.get('a'))!
    await engine.close()
    const clock = new FakeClock()
    const { engine: next, host } = await scratch.engine({ file }, { clock })
    await clock.advance('30m')
    await next.insert([draft('b')])
    expect((await next.get('b'))?.createdAt).to.equal(createdAt + 1_800_000)
    expect(await next.get('late')).to.have.property('waitingFor', 'time')
    expect(host.nextSweep).to.equal(clock.now() + 1_800_000)
    await clock.advance('30m')
    await next.sweep()
    expect(await next.get('late')).to.have.property('waitingFor', 'slot')
  })

  it('gives the key of a run that outlived its task to the next in line', async () => {
    const file = scratch.file()
    const { engine } = await scratch.engine({ file })
    const key = { concurrencyKey: 'tape' }
    await engine.insert([draft('a', key), draft('b', key), draft('c', { ...key, tags: ['x'] })])
    const [claim] = await engine.claim(WISH)
    const reason = { code: 'abandoned', message: 'it ignored its cancel' } as const
    const outcome = { kind: 'end', state: 'CANCELED', reason, stillRunning: true } as const
    await engine.settle([{ id: 'a', lease: claim!.lease, outcome }])
    expect(await engine.claim(WISH)).to.deep.equal([])
    const { engine: next } = await scratch.engine({ file: leftOf(file) })
    expect((await next.claim(WISH)).map(({ id }) => id)).to.deep.equal(['b'])
  })

  it('takes no lease of another life', async () => {
    const file = scratch.file()
    const { engine } = await scratch.engine({ file })
    await engine.insert([draft('a')])
    const [before] = await engine.claim(WISH)
    const { engine: next } = await scratch.engine({ file: leftOf(file) })
    const [after] = await next.claim(WISH)
    expect(after?.id).to.equal('a')
    expect(after?.lease).to.not.equal(before?.lease)
    expect(await next.renew([before!], 1_000)).to.deep.equal(['lost'])
    const change = { id: 'a', lease: before!.lease, seq: 1, progress: { percent: 1 } }
    expect(await next.amend([change])).to.deep.equal([undefined])
    expect((await next.get('a'))?.progress).to.equal(undefined)
  })

  it('keeps names and keys apart that hold zero bytes or halves of characters', async () => {
    const file = scratch.file()
    const { engine } = await scratch.engine({ file })
    const texts = ['a\0b', 'a\0c', 'a', '\ud800', '\ud801']
    const all = texts.map((text, i) =>
      draft(`t${i}`, { operation: `OP${text}`, tags: [text], createdBy: text, dedupKey: text }),
    )
    const stored = await engine.insert(all)
    expect(stored.map(({ kind }) => kind)).to.deep.equal(texts.map(() => 'stored'))
    await engine.close()
    const { engine: next } = await scratch.engine({ file })
    for (const [i, text] of texts.entries()) {
      expect(await next.get(`t${i}`)).to.deep.include({
        operation: `OP${text}`,
        tags: [text],
        createdBy: text,
      })
      expect(await next.count({ tag: [text] })).to.equal(1)
      expect(await next.count({ operation: [`OP${text}`] })).to.equal(1)
    }
    const again = await next.insert([draft('new', { operation: 'OPa\0b', dedupKey: 'a\0b' })])
    expect(again[0]).to.deep.include({ kind: 'duplicate', of: 'dedup' })
  })
})
