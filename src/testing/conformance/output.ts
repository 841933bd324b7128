import assert from 'node:assert/strict'
import { CHECKPOINTS_KEPT, OUTPUT_STREAMS } from '../../core/output.ts'
import { firstUnfrozen } from './freeze.ts'
import { theme } from './theme.ts'

const texts = (page: { readonly items: readonly { readonly text?: string }[] }): unknown[] =>
  page.items.map((entry) => entry.text)
const lines = (count: number, stream: 'log' | 'items' = 'log') =>
  Array.from({ length: count }, (_, i) => ({ stream, text: `line ${i + 1}` }))

export const output = theme('output', (it) => {
  it('stores entries with number, time and attempt', async (t) => {
    const claim = await t.run()
    await t.pass(1)
    await t.write(claim, { stream: 'log', text: 'hello', level: 'info', data: { a: [1] } })
    const { items, cursor, dropped } = await t.output(claim.id, 'log')
    const { time, ...entry } = items[0]!
    assert.deepEqual(entry, {
      stream: 'log',
      text: 'hello',
      level: 'info',
      data: { a: [1] },
      seq: 1,
      attempt: 1,
    })
    t.sameTime(time, t.time.now(), 'the time of the entry')
    assert.deepEqual([items.length, cursor, dropped], [1, 1, 0])
    assert.equal(firstUnfrozen(items[0]), undefined)
  })

  it('counts each stream by itself', async (t) => {
    const claim = await t.run()
    await t.write(claim, ...OUTPUT_STREAMS.map((stream) => ({ stream, text: stream })))
    await t.write(claim, ...OUTPUT_STREAMS.map((stream) => ({ stream, text: stream })))
    for (const stream of OUTPUT_STREAMS) {
      const { items } = await t.output(claim.id, stream)
      assert.deepEqual(
        items.map((entry) => [entry.seq, entry.text]),
        [
          [1, stream],
          [2, stream],
        ],
      )
    }
  })

  it('keeps data that is false, zero or null', async (t) => {
    const claim = await t.run()
    await t.write(claim, ...[false, 0, null, ''].map((data) => ({ stream: 'items' as const, data })))
    assert.deepEqual(
      (await t.output(claim.id, 'items')).items.map((entry) => entry.data),
      [false, 0, null, ''],
    )
  })

  it('answers an empty page for a stream without entries, and undefined for no task', async (t) => {
    const { id } = await t.add()
    assert.deepEqual(await t.output(id, 'stdout'), { items: [], cursor: 0, dropped: 0 })
    assert.equal(await t.engine.readOutput('nobody', { stream: 'log', after: 0, limit: 1 }), undefined)
  })

  it('reads on after a number, so much at most', async (t) => {
    const claim = await t.run()
    await t.write(claim, ...lines(5))
    const first = await t.output(claim.id, 'log', { limit: 2 })
    assert.deepEqual([texts(first), first.cursor], [['line 1', 'line 2'], 2])
    const second = await t.output(claim.id, 'log', { after: first.cursor, limit: 2 })
    assert.deepEqual([texts(second), second.cursor], [['line 3', 'line 4'], 4])
    const third = await t.output(claim.id, 'log', { after: second.cursor, limit: 2 })
    assert.deepEqual([texts(third), third.cursor], [['line 5'], 5])
  })

  it('gives a cursor at the end too, from which a reader goes on when there is more', async (t) => {
    const claim = await t.run()
    await t.write(claim, ...lines(2))
    const end = await t.output(claim.id, 'log', { after: 2 })
    assert.deepEqual([end.items, end.cursor], [[], 2])
    await t.write(claim, { stream: 'log', text: 'more' })
    assert.deepEqual(texts(await t.output(claim.id, 'log', { after: end.cursor })), ['more'])
  })

  it('reads the last so many entries, in order', async (t) => {
    const claim = await t.run()
    await t.write(claim, ...lines(5))
    const page = await t.output(claim.id, 'log', { tail: 2 })
    assert.deepEqual([texts(page), page.cursor], [['line 4', 'line 5'], 5])
    assert.deepEqual(texts(await t.output(claim.id, 'log', { tail: 99 })), [
      'line 1',
      'line 2',
      'line 3',
      'line 4',
      'line 5',
    ])
  })

  it('goes on counting in a later attempt, and says in which each entry was written', async (t) => {
    const first = await t.run()
    await t.write(first, { stream: 'log', text: 'one' })
    await t.retry(first)
    const second = await t.claimOnly(first.id)
    await t.write(second, { stream: 'log', text: 'two' })
    const { items } = await t.output(first.id, 'log')
    assert.deepEqual(
      items.map(({ seq, attempt, text }) => [seq, attempt, text]),
      [
        [1, 1, 'one'],
        [2, 2, 'two'],
      ],
    )
  })

  it('adds what the writer had to drop', async (t) => {
    const claim = await t.run()
    await t.amend(claim, {
      output: { entries: [{ stream: 'stdout', text: 'rest' }], dropped: { stdout: 7, log: 2 } },
    })
    await t.amend(claim, { output: { entries: [], dropped: { stdout: 1 } } })
    assert.equal((await t.output(claim.id, 'stdout')).dropped, 8)
    assert.equal((await t.output(claim.id, 'log')).dropped, 2)
    assert.equal((await t.output(claim.id, 'stderr')).dropped, 0)
  })

  for (const stream of ['log', 'stdout', 'stderr'] as const) {
    it(`drops the oldest of ${stream} beyond its limit, and counts them`, async (t, {
      beyondOutputLimit,
    }) => {
      const claim = await t.run()
      const text = 'x'.repeat(10_000)
      const count = Math.ceil(beyondOutputLimit / text.length)
      for (let written = 0; written < count; written += 100) {
        const entries = Array.from({ length: Math.min(100, count - written) }, () => ({ stream, text }))
        await t.write(claim, ...entries)
      }
      const { dropped } = await t.output(claim.id, stream, { limit: 1 })
      assert.ok(dropped > 0, 'nothing was dropped')
      let kept = 0
      for (let after = 0, more = true; more;) {
        const { items } = await t.output(claim.id, stream, { after })
        more = items.length > 0
        if (more) assert.equal(items[0]!.seq, kept === 0 ? dropped + 1 : after + 1)
        kept += items.length
        after = items.at(-1)?.seq ?? after
      }
      assert.ok(kept > 0, 'nothing was kept')
      assert.equal(kept + dropped, count)
      assert.equal((await t.output(claim.id, stream, { tail: 1 })).items[0]?.seq, count)
    })
  }

  it('never drops items: beyond their number the new ones are refused and counted', async (t) => {
    const claim = await t.run({ maxItems: 3 })
    await t.write(claim, ...lines(2, 'items'))
    await t.write(claim, ...lines(4, 'items'))
    const page = await t.output(claim.id, 'items')
    assert.deepEqual(
      page.items.map((entry) => entry.seq),
      [1, 2, 3],
    )
    assert.deepEqual(texts(page), ['line 1', 'line 2', 'line 1'])
    assert.equal(page.dropped, 3)
    assert.equal((await t.write(claim, { stream: 'log', text: 'still there' }))?.state, 'ACTIVE')
  })

  it('keeps the newest checkpoints only, however they come, and counts the others', async (t) => {
    const claim = await t.run()
    const note = (n: number) => ({ stream: 'checkpoint' as const, data: { n } })
    for (let n = 1; n <= 20; n++) await t.write(claim, note(n))
    await t.write(claim, ...Array.from({ length: 20 }, (_, i) => note(21 + i)))
    const page = await t.output(claim.id, 'checkpoint')
    const newest = Array.from({ length: CHECKPOINTS_KEPT }, (_, i) => 41 - CHECKPOINTS_KEPT + i)
    assert.deepEqual(
      page.items.map(({ seq, data }) => [seq, data]),
      newest.map((n) => [n, { n }]),
    )
    assert.deepEqual([page.cursor, page.dropped], [40, 40 - CHECKPOINTS_KEPT])
    assert.deepEqual((await t.output(claim.id, 'checkpoint', { tail: 1 })).items[0]?.data, { n: 40 })
    assert.deepEqual((await t.output(claim.id, 'checkpoint', { after: 40 })).items, [])
  })

  it('knows when each entry was written, also when those before it are gone', async (t) => {
    const claim = await t.run()
    const times: number[] = []
    for (let n = 1; n <= 7; n++) {
      await t.pass(1)
      await t.write(claim, { stream: 'checkpoint', data: n })
      times.push(t.time.now())
    }
    for (const { data, time } of (await t.output(claim.id, 'checkpoint')).items)
      t.sameTime(time, times[(data as number) - 1]!, `the time of entry ${data as number}`)
  })

  it('keeps the last checkpoint, however large it is', async (t) => {
    const claim = await t.run()
    const large = 'x'.repeat(65_000)
    for (let n = 1; n <= 4; n++) await t.write(claim, { stream: 'checkpoint', data: `${n} ${large}` })
    const { items } = await t.output(claim.id, 'checkpoint', { tail: 1 })
    assert.deepEqual([items[0]?.seq, items[0]?.data], [4, `4 ${large}`])
  })

  it('tells which stream of which task has grown', async (t) => {
    const claim = await t.run()
    await t.write(claim, { stream: 'log', text: 'a' }, { stream: 'items', data: 1 })
    const grown = (stream: string): boolean =>
      t.host.grown.some((each) => each.id === claim.id && each.stream === stream)
    await t.told('that both streams have grown', () => grown('log') && grown('items'))
    assert.equal(grown('stdout'), false)
  })

  it('keeps the output after the end', async (t) => {
    const claim = await t.run()
    await t.write(claim, ...lines(2))
    await t.end(claim)
    assert.equal((await t.output(claim.id, 'log')).items.length, 2)
  })

  it('keeps the outputs of two tasks apart', async (t) => {
    const [a, b] = [await t.run(), await t.run()]
    await t.write(a, { stream: 'log', text: 'a' })
    await t.write(b, { stream: 'log', text: 'b' })
    assert.deepEqual(texts(await t.output(a.id, 'log')), ['a'])
    assert.deepEqual(texts(await t.output(b.id, 'log')), ['b'])
  })
})
