import assert from 'node:assert/strict'
import { theme } from './theme.ts'

export const tags = theme('tags of a worker', (it) => {
  it('hands out only tasks all of whose tags the worker has, in their order', async (t) => {
    await t.insert(
      { id: 'a', tags: ['gpu'] },
      { id: 'b', tags: ['gpu', 'big'] },
      { id: 'c', tags: ['big'], priority: 1 },
      { id: 'd', tags: ['fast'] },
      { id: 'e', tags: ['big', 'gpu', 'fast'] },
    )
    assert.deepEqual(await t.claimIds({ tags: ['gpu', 'big'] }), ['c', 'a', 'b'])
    assert.deepEqual(await t.claimIds({ tags: ['gpu', 'big'] }), [])
  })

  it('hands out tasks without tags to any worker', async (t) => {
    await t.insert({ id: 'a' }, { id: 'b', tags: ['gpu'] }, { id: 'c' })
    assert.deepEqual(await t.claimIds({ tags: [], limit: 1 }), ['a'])
    assert.deepEqual(await t.claimIds({ tags: ['big'] }), ['c'])
  })

  it('hands out everything to a worker without tags', async (t) => {
    await t.insert({ id: 'a', tags: ['x'] }, { id: 'b' }, { id: 'c', tags: ['x', 'y'], priority: 1 })
    assert.deepEqual(await t.claimIds(), ['c', 'a', 'b'])
  })

  it('does not mind in which order the tags are, nor whether one is said twice', async (t) => {
    await t.insert({ id: 'a', tags: ['y', 'x'] }, { id: 'b', tags: ['x', 'y'] })
    assert.deepEqual(await t.claimIds({ tags: ['y', 'x', 'y'] }), ['a', 'b'])
  })

  it('takes a tag for what it is, whatever is in it', async (t) => {
    await t.insert(
      { id: 'a', tags: ['x\ny'] },
      { id: 'b', tags: ['x,y'] },
      { id: 'c', tags: ['__proto__'] },
      { id: 'd', tags: ['"'] },
    )
    assert.deepEqual(await t.claimIds({ tags: ['x', 'y'] }), [])
    assert.deepEqual(await t.claimIds({ tags: ['x\ny', '__proto__', '"'] }), ['a', 'c', 'd'])
  })

  it('takes the room and the limit for those that fit', async (t) => {
    await t.insert({ id: 'a', tags: ['x'] }, { id: 'b', tags: ['y'] }, { id: 'c', tags: ['y'] }, { id: 'd' })
    assert.deepEqual(await t.claimIds({ tags: ['y'], room: new Map([['SWEEP', 1]]) }), ['b'])
    assert.deepEqual(await t.claimIds({ tags: ['y'], limit: 1 }), ['c'])
    assert.deepEqual(await t.claimIds({ tags: ['y'] }), ['d'])
  })

  it('finds what fits behind thousands that do not', async (t) => {
    await t.addMany(3_000, { tags: ['gpu'] })
    await t.add({ id: 'a', tags: ['big'], priority: -1 })
    assert.deepEqual(await t.claimIds({ tags: ['big'], limit: 8 }), ['a'])
    assert.equal((await t.claim({ tags: ['gpu'], limit: 8 })).length, 8)
  })

  it('keeps to it through retries, priorities and delays', async (t) => {
    await t.insert({ id: 'a', tags: ['x'] }, { id: 'b', tags: ['x'] }, { id: 'c', tags: ['y'] })
    await t.add({ id: 'd', tags: ['x'], delay: t.ticks(1) })
    const [first] = await t.claim({ tags: ['x'], limit: 1 })
    await t.retry(first!)
    await t.update('b', { priority: 1 })
    await t.pass(1)
    assert.deepEqual(await t.claimIds({ tags: ['y'] }), ['c'])
    assert.deepEqual(await t.claimIds({ tags: ['x'] }), ['b', 'a', 'd'])
  })

  it('keeps a free key from nobody because the one whose turn it is does not fit', async (t) => {
    const key = { concurrencyKey: 'tape-1' }
    await t.insert(
      { id: 'a', tags: ['gpu'], ...key },
      { id: 'b', ...key },
      { id: 'c', tags: ['gpu'], ...key },
    )
    const [claim, ...others] = await t.claim({ tags: [] })
    assert.deepEqual([claim?.id, others], ['b', []])
    assert.equal((await t.get('a')).waitingFor, 'key')
    assert.deepEqual(await t.claimIds({ tags: ['gpu'] }), [])
    await t.end(claim!)
    assert.deepEqual(await t.claimIds({ tags: ['gpu'] }), ['a'])
  })

  it('gives a key to the first of all tasks that the worker may take', async (t) => {
    const key = { concurrencyKey: 'tape-1' }
    await t.insert(
      { id: 'a', tags: ['gpu'], ...key },
      { id: 'b', ...key },
      { id: 'c', tags: ['big'], priority: 1, ...key },
    )
    const order: string[] = []
    for (let claims = await t.claim(); claims.length > 0; claims = await t.claim()) {
      assert.equal(claims.length, 1)
      order.push(claims[0]!.id)
      await t.end(claims[0]!)
    }
    assert.deepEqual(order, ['c', 'a', 'b'])
  })
})
