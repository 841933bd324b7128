import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Flight } from '../../../../src/animators/fanout/room/flight.ts'
import { Turns } from '../../../../src/animators/fanout/room/turns.ts'
import type { Prepared } from '../../../../src/animators/fanout/prepared.ts'

interface Request {
  readonly index: number
  readonly origin: string
}

/** What turns need of a flight. */
function turnsOf(
  requests: readonly Request[],
  perHost: number,
  announce?: (before: number) => Promise<void>,
  careful = false,
) {
  let woken = 0
  const turns = new Turns({
    requests: requests as unknown as readonly Prepared[],
    perHost,
    announce,
    careful,
    make: (request) => request as unknown as Flight,
    ready: () => woken++,
  })
  return { turns, woken: () => woken }
}

const requestsTo = (origins: readonly string[]): Request[] =>
  origins.map((origin, index) => ({ index, origin }))

describe('the turns of a list', () => {
  it('gives every request one turn, never more at once to a host than it may have, and keeps the order of each host', () => {
    const hosts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 })
    fc.assert(
      fc.property(
        hosts,
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat()),
        (origins, perHost, lots) => {
          const { turns } = turnsOf(requestsTo(origins), perHost)
          const flying: Flight[] = []
          const order: Request[] = []
          for (;;) {
            const flight = turns.take(10, 10)
            if (flight !== undefined) {
              turns.entered(flight)
              flying.push(flight)
              order.push(flight)
              const there = flying.filter(({ origin }) => origin === flight.origin)
              expect(there.length).to.be.at.most(perHost)
            }
            if (flying.length === 0) break
            const lot = lots.next().value
            if (flight === undefined || lot % 3 === 0) turns.left(flying.splice(lot % flying.length, 1)[0]!)
          }
          expect(order.map(({ index }) => index).sort((a, b) => a - b)).to.deep.equal(
            origins.map((_, i) => i),
          )
          for (const host of ['a', 'b', 'c']) {
            const ofHost = order.filter(({ origin }) => origin === host).map(({ index }) => index)
            expect(ofHost).to.deep.equal([...ofHost].sort((a, b) => a - b))
          }
        },
      ),
    )
  })

  it('lets those go first that come again, and one that was given back before all', () => {
    const { turns } = turnsOf(requestsTo(['a', 'a', 'a']), Number.POSITIVE_INFINITY)
    const first = turns.take(1, 1)!
    const second = turns.take(1, 1)!
    turns.add(first)
    turns.giveBack(second)
    expect([turns.take(1, 1), turns.take(1, 1)]).to.deep.equal([second, first])
  })

  it('lets nobody go that was not announced, and announces in good time', async () => {
    const announced: number[] = []
    const requests = requestsTo(Array.from({ length: 1000 }, () => 'a'))
    const { turns, woken } = turnsOf(requests, Number.POSITIVE_INFINITY, async (before) => {
      announced.push(before)
    })
    expect(turns.wanted).to.be.true
    expect(turns.take(10, 10)).to.equal(undefined)
    expect(turns.wanted).to.be.false
    expect(announced).to.deep.equal([256])
    await Promise.resolve()
    expect(woken()).to.equal(1)
    let taken = 0
    while (turns.take(10, 10) !== undefined) {
      taken++
      expect(taken).to.be.at.most(announced.at(-1)!)
    }
    expect(announced.length).to.be.greaterThan(1)
    expect(taken).to.equal(256)
  })

  it('announces no more than have a place, where requests must not be sent twice', async () => {
    const announced: number[] = []
    const requests = requestsTo(['a', 'a', 'a', 'a', 'a'])
    const announce = async (before: number) => void announced.push(before)
    const { turns } = turnsOf(requests, Number.POSITIVE_INFINITY, announce, true)
    expect(turns.take(10, 3)).to.equal(undefined)
    await new Promise(setImmediate)
    for (let i = 0; i < 3; i++) expect(turns.take(10, 3 - i)).to.include({ index: i })
    expect(turns.take(10, 1)).to.equal(undefined)
    await new Promise(setImmediate)
    expect(turns.take(10, 1)).to.include({ index: 3 })
    expect(announced).to.deep.equal([3, 4])
  })

  it('counts those that step aside as announced and not sent, where requests must not be sent twice', async () => {
    const announced: number[] = []
    const announce = async (before: number) => void announced.push(before)
    const { turns } = turnsOf(requestsTo(Array.from({ length: 1000 }, () => 'a')), 1, announce, true)
    const flying: Flight[] = []
    const go = async () => {
      const flight = turns.take(10, 10 - flying.length)
      if (flight !== undefined) turns.entered(flight)
      if (flight !== undefined) flying.push(flight)
      await new Promise(setImmediate)
    }
    for (let i = 0; i < 50; i++) await go()
    expect([flying.length, announced]).to.deep.equal([1, [10]])
    for (let sent = 1; sent < 1000; sent++) {
      turns.left(flying.pop()!)
      await go()
      await go()
      await go()
      expect(flying).to.have.length(1)
      expect(announced.at(-1)).to.be.at.most(sent + 10)
    }
    expect(turns.wanted).to.be.false
  })

  it('stops for others while thousands are passed over or step aside, and asks to be asked again', () => {
    const { turns, woken } = turnsOf(requestsTo(Array.from({ length: 5_000 }, () => 'a')), 1)
    turns.entered(turns.take(10, 10)!)
    let asked = 0
    while (turns.wanted) {
      expect(turns.take(10, 9)).to.equal(undefined)
      asked++
    }
    expect(asked).to.be.within(4, 10)
    expect(woken()).to.be.at.least(asked - 1)
  })

  it('tells when requests could not be announced, and lets nobody go', async () => {
    const failures: unknown[] = []
    const turns = new Turns({
      requests: requestsTo(['a']) as unknown as readonly Prepared[],
      perHost: 1,
      announce: () => Promise.reject(new Error('the store is gone')),
      careful: false,
      make: (request) => request as unknown as Flight,
      ready: (failure) => failures.push(failure),
    })
    expect(turns.take(1, 1)).to.equal(undefined)
    await new Promise(setImmediate)
    expect(failures).to.have.length(1)
    expect(turns.take(1, 1)).to.equal(undefined)
  })
})
