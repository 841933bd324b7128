import { expect } from 'chai'
import { LONGEST_TIMER } from '../../src/core/clock.ts'
import { FakeClock, settled } from '../../src/testing/index.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('FakeClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new FakeClock(1_000)
    await settled()
    expect(clock.now()).to.equal(1_000)
    await clock.advance('2s')
    expect(clock.now()).to.equal(3_000)
  })

  it('starts at the same time each time, or at the one it is given', () => {
    expect(new FakeClock().now()).to.equal(new FakeClock().now())
    expect(new FakeClock(new Date('2030-01-01T00:00:00Z')).now()).to.equal(Date.UTC(2030, 0, 1))
  })

  it('fires wake-ups in the order of their times, each at its own time', async () => {
    const clock = new FakeClock(0)
    const fired: [string, number][] = []
    const arm = (name: string, ms: number) => clock.after(ms, () => fired.push([name, clock.now()]))
    arm('late', 300)
    arm('early', 100)
    arm('middle', 200)
    arm('never', 301)
    await clock.advance(300)
    expect(fired).to.deep.equal([
      ['early', 100],
      ['middle', 200],
      ['late', 300],
    ])
    expect(clock.pending).to.equal(1)
  })

  it('fires wake-ups of the same time in the order in which they were asked for', async () => {
    const clock = new FakeClock()
    const fired: number[] = []
    for (const n of [1, 2, 3]) clock.after(10, () => fired.push(n))
    await clock.advance(10)
    expect(fired).to.deep.equal([1, 2, 3])
  })

  it('does not fire a wake-up before its time', async () => {
    const clock = new FakeClock()
    let fired = false
    clock.after(100, () => (fired = true))
    await clock.advance(99)
    expect(fired).to.equal(false)
    await clock.advance(1)
    expect(fired).to.equal(true)
  })

  it('does not fire a wake-up that was called off, also by one of the same time', async () => {
    const clock = new FakeClock()
    const fired: string[] = []
    clock.after(10, () => callOff())
    const callOff = clock.after(10, () => fired.push('called off'))
    clock.after(10, () => fired.push('stays'))
    clock.after(20, () => fired.push('gone'))()
    await clock.advance(50)
    expect(fired).to.deep.equal(['stays'])
    expect(clock.pending).to.equal(0)
  })

  it('fires each wake-up once, and calling it off afterwards does nothing', async () => {
    const clock = new FakeClock()
    let fired = 0
    const callOff = clock.after(10, () => fired++)
    await clock.advance(10)
    callOff()
    await clock.advance(100)
    expect(fired).to.equal(1)
  })

  it('fires at its own time what a wake-up arms, however many turns later', async () => {
    const clock = new FakeClock(0)
    const fired: number[] = []
    const again = async (): Promise<void> => {
      fired.push(clock.now())
      await turn()
      await Promise.resolve()
      await turn()
      if (fired.length < 5) clock.after(100, () => void again())
    }
    clock.after(100, () => void again())
    await clock.advance(1_000)
    expect(fired).to.deep.equal([100, 200, 300, 400, 500])
    expect(clock.now()).to.equal(1_000)
  })

  it('lets what was started before the move arm its wake-up first', async () => {
    const clock = new FakeClock(0)
    let firedAt: number | undefined
    const started = turn().then(() => clock.after(10, () => (firedAt = clock.now())))
    await clock.advance(100)
    await started
    expect(firedAt).to.equal(10)
  })

  it('fires what is due at once when it is moved by nothing', async () => {
    const clock = new FakeClock()
    let fired = false
    clock.after(0, () => (fired = true))
    expect(fired).to.equal(false)
    await clock.advance(0)
    expect(fired).to.equal(true)
  })

  it('shows the later time first on a jump, then fires in order what is overdue', async () => {
    const clock = new FakeClock(0)
    const fired: [string, number][] = []
    clock.after(200, () => fired.push(['second', clock.now()]))
    clock.after(100, () => {
      fired.push(['first', clock.now()])
      clock.after(50, () => fired.push(['armed by the first', clock.now()]))
    })
    await clock.jump('1h')
    expect(fired).to.deep.equal([
      ['first', 3_600_000],
      ['second', 3_600_000],
    ])
    await clock.advance(50)
    expect(fired.at(-1)).to.deep.equal(['armed by the first', 3_600_050])
  })

  it('goes through a year of hours quickly enough to be of use', async () => {
    const clock = new FakeClock()
    let hours = 0
    const tick = (): void => {
      hours++
      clock.after(3_600_000, tick)
    }
    clock.after(3_600_000, tick)
    await clock.advance('365d')
    expect(hours).to.equal(365 * 24)
  })

  it('cuts a wait that is longer than a real timer takes, as the real clock does', async () => {
    const clock = new FakeClock(0)
    let firedAt: number | undefined
    clock.after(LONGEST_TIMER * 2, () => (firedAt = clock.now()))
    await clock.advance('60d')
    expect(firedAt).to.equal(LONGEST_TIMER)
  })

  it('takes a fraction of a millisecond for a whole one, and a wait below zero for none', async () => {
    const clock = new FakeClock(0)
    const fired: number[] = []
    clock.after(0.2, () => fired.push(clock.now()))
    clock.after(-5, () => fired.push(clock.now()))
    await clock.advance(10)
    expect(fired).to.deep.equal([0, 1])
  })

  it('refuses a duration that is none', async () => {
    const clock = new FakeClock()
    for (const wrong of ['soon', -1, Number.NaN]) {
      const error = await clock.advance(wrong).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).to.have.property('code', 'invalid-option')
    }
  })

  it('gives up on a wake-up of nothing that is armed again and again', async () => {
    const clock = new FakeClock()
    const again = (): void => void clock.after(0, again)
    again()
    const error = await clock.advance(1).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/again and again/)
  })
})
