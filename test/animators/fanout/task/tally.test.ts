import { expect } from 'chai'
import type { FanOutItem } from '../../../../src/animators/fanout/index.ts'
import { Tally } from '../../../../src/animators/fanout/task/tally.ts'

const item = (index: number, total: number, more: Partial<FanOutItem> = {}): FanOutItem => ({
  index,
  id: String(index),
  method: 'GET',
  url: 'http://a.example/',
  state: 'SUCCEEDED',
  status: 200,
  attempts: 1,
  timings: { queued: 0, total },
  ...more,
})

function summaryOf(items: readonly FanOutItem[]) {
  const tally = new Tally()
  for (const one of items) tally.add(one)
  return tally.summary()
}

describe('The summary of a fan-out', () => {
  it('tells percentiles by nearest rank, in whatever order the items come', () => {
    const durations = Array.from({ length: 1000 }, (_, i) => ((i * 7) % 1000) + 1)
    const { durations: told } = summaryOf(durations.map((total, i) => item(i, total)))
    expect(told).to.deep.equal({ p50: 500, p90: 900, p99: 990, max: 1000 })
    expect(summaryOf([item(0, 7)]).durations).to.deep.equal({ p50: 7, p90: 7, p99: 7, max: 7 })
    expect(summaryOf([item(0, 1), item(1, 3)]).durations).to.deep.equal({ p50: 1, p90: 3, p99: 3, max: 3 })
  })

  it('names the ten slowest, slowest first, and the first of those that took as long', () => {
    const totals = [5, 90, 3, 90, 20, 30, 40, 50, 60, 70, 80, 1, 2, 90]
    const { slowest } = summaryOf(totals.map((total, i) => item(i, total)))
    expect(slowest.map(({ index, total }) => [index, total])).to.deep.equal([
      [1, 90],
      [3, 90],
      [13, 90],
      [10, 80],
      [9, 70],
      [8, 60],
      [7, 50],
      [6, 40],
      [5, 30],
      [4, 20],
    ])
  })

  it('names the first twenty that failed, with status and code', () => {
    const error = { code: 'status', message: 'the target answered 500' } as const
    const failed = Array.from({ length: 25 }, (_, i) => item(i, 1, { state: 'FAILED', status: 500, error }))
    const { failures, failed: count, errors, statuses } = summaryOf(failed)
    expect(failures.map(({ index }) => index)).to.deep.equal(Array.from({ length: 20 }, (_, i) => i))
    expect(failures[0]).to.deep.equal({
      index: 0,
      id: '0',
      url: 'http://a.example/',
      status: 500,
      total: 1,
      error: 'status',
    })
    expect({ count, errors, statuses }).to.deep.equal({
      count: 25,
      errors: { status: 25 },
      statuses: { 500: 25 },
    })
  })

  it('tells no durations where nothing was sent, and counts retries of what was', () => {
    const canceled = item(0, 0, { state: 'CANCELED', attempts: 0 })
    const ignored = item(1, 0, { state: 'IGNORED', attempts: 0 })
    expect(summaryOf([canceled, ignored])).to.not.have.property('durations')
    expect(summaryOf([])).to.deep.include({ total: 0, slowest: [], failures: [], retries: 0 })
    expect(summaryOf([item(0, 1, { attempts: 3 }), item(1, 1), canceled]).retries).to.equal(2)
  })
})
