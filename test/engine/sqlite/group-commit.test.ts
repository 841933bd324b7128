import { expect } from 'chai'
import { statSync } from 'node:fs'
import type { Json } from '../../../src/core/json.ts'
import { rejection } from '../../rejection.ts'
import { ENDED, WISH, draft } from './drafts.ts'
import { Scratch } from './scratch.ts'

/** Arguments that nobody can store; a manager would have refused them. */
const UNSTORABLE = { big: 1n } as unknown as Json

describe('Calls of one turn of the event loop', () => {
  const scratch = new Scratch()

  it('are one write of the disk, and each is answered for itself', async () => {
    const file = scratch.file()
    const { engine } = await scratch.engine({ file })
    const written = (): number => statSync(`${file}-wal`).size
    const one = async (id: string): Promise<number> => {
      const before = written()
      await engine.insert([draft(id)])
      return written() - before
    }
    await one('a')
    const single = await one('b')
    const before = written()
    const ids = Array.from({ length: 50 }, (_, i) => `c${10 + i}`)
    const answers = await Promise.all(ids.map((id) => engine.insert([draft(id)])))
    expect(answers.map(([result]) => result?.kind === 'stored' && result.task.id)).to.deep.equal(ids)
    expect(written() - before).to.be.lessThan(5 * single)
  })

  it('are made in their order, and see each other', async () => {
    const { engine } = await scratch.engine({ file: scratch.file() })
    const [inserted, claims, count] = await Promise.all([
      engine.insert([draft('a'), draft('b', { after: [{ id: 'a', on: 'success' }] })]),
      engine.claim(WISH),
      engine.count({ state: ['ACTIVE'] }),
    ])
    expect(inserted.map(({ kind }) => kind)).to.deep.equal(['stored', 'stored'])
    expect(claims.map(({ id }) => id)).to.deep.equal(['a'])
    expect(count).to.equal(1)
    const outcome = ENDED
    const [, next] = await Promise.all([
      engine.settle([{ id: 'a', lease: claims[0]!.lease, outcome }]),
      engine.claim(WISH),
    ])
    expect(next.map(({ id }) => id)).to.deep.equal(['b'])
  })

  it('are told to the host after the commit, before they are answered', async () => {
    const { engine, host } = await scratch.engine({ file: scratch.file() })
    const inserted = engine.insert([draft('a')])
    expect(host.events).to.deep.equal([])
    await inserted
    expect(host.events.map(({ type }) => type)).to.deep.equal(['created'])
  })

  it('fail alone: what cannot be stored is refused, and all others are stored', async () => {
    const { engine, host } = await scratch.engine({ file: scratch.file() })
    const [first, second, third] = await Promise.all([
      engine.insert([draft('a')]),
      engine.insert([draft('b'), draft('bad', { args: UNSTORABLE }), draft('c')]),
      engine.insert([draft('d')]),
    ])
    expect([...first, ...second, ...third].map(({ kind }) => kind)).to.deep.equal([
      'stored',
      'stored',
      'refused',
      'stored',
      'stored',
    ])
    expect(second[1]).to.have.property('code', 'internal')
    expect(await engine.count({})).to.equal(4)
    expect(host.events.map(({ task }) => task.id)).to.deep.equal(['a', 'b', 'c', 'd'])
    expect((await engine.operations())[0]?.counts.NEW).to.equal(4)
  })

  it('fail as a whole where there is no answer for a part, and the other parts are done', async () => {
    const { engine } = await scratch.engine({ file: scratch.file() })
    await engine.insert([draft('a'), draft('b'), draft('c')])
    const claims = await engine.claim(WISH)
    const ends = claims.map(({ id, lease }) => ({
      id,
      lease,
      outcome: id === 'b' ? { ...ENDED, result: UNSTORABLE } : ENDED,
    }))
    const [settled, inserted] = await Promise.all([
      rejection(engine.settle(ends)),
      engine.insert([draft('d')]),
    ])
    expect(settled).to.be.instanceOf(TypeError)
    expect(inserted[0]?.kind).to.equal('stored')
    const states = await Promise.all(['a', 'b', 'c'].map(async (id) => (await engine.get(id))?.state))
    expect(states).to.deep.equal(['SUCCEEDED', 'ACTIVE', 'SUCCEEDED'])
    const again = await engine.settle(ends.map((end) => ({ ...end, outcome: ENDED })))
    expect(again.map((task) => task?.state)).to.deep.equal(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'])
  })

  it('are refused when the engine is closed, and committed when they came before', async () => {
    const file = scratch.file()
    const { engine } = await scratch.engine({ file })
    const before = engine.insert([draft('a')])
    await engine.close()
    expect((await before)[0]?.kind).to.equal('stored')
    expect(await rejection(engine.insert([draft('b')]))).to.have.property('code', 'manager-closed')
    expect(await rejection(engine.get('a'))).to.have.property('code', 'manager-closed')
    const { engine: next } = await scratch.engine({ file })
    expect(await next.count({})).to.equal(1)
  })
})
