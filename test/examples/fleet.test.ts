import { expect } from 'chai'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { versionIn } from '../../examples/fleet/firmware.ts'
import type { FanOutItem, FanOutSummary } from '../../src/animators/fanout/index.ts'
import { TestFleet } from './fleet.ts'

const MB = 1024 * 1024
const PASSWORD = 'correct-horse-battery-staple'

/** What a survey says of those that are neither good nor late: state, status, code, and how often they were asked. */
const OUTCOMES = {
  good: { 'SUCCEEDED 200 x1': 660 },
  secure: { 'SUCCEEDED 200 x1': 200 },
  slow: { 'SUCCEEDED 200 x1': 50 },
  'hangs-up': { 'SUCCEEDED 200 x1': 10 },
  silent: { 'FAILED headers-timeout x1': 10 },
  broken: { 'FAILED 500 status x3': 10 },
  absent: { 'FAILED connection-refused x3': 10 },
  stranger: { 'FAILED tls-failed x1': 10 },
  short: { 'FAILED 200 connection-lost x3': 1 },
  drip: { 'FAILED 200 timeout x1': 1 },
  endless: { 'SUCCEEDED 200 cut x1': 1 },
  'half-way': { 'FAILED 200 body-timeout x1': 1 },
  garbage: { 'FAILED bad-response x3': 1 },
  'odd-length': { 'FAILED bad-response x3': 1 },
  'huge-head': { 'FAILED bad-response x3': 1 },
  'endless-head': { 'FAILED headers-timeout x1': 1 },
  resets: { 'FAILED connection-lost x3': 1 },
  circle: { 'FAILED 307 too-many-redirects x1': 1 },
}

const NDJSON = { headers: { accept: 'application/x-ndjson' } }

describe('The example of a fleet, once it was asked, updated and asked again', function () {
  this.timeout(90_000)

  let fleet: TestFleet
  let atFirst: number
  let scratch: string
  const surveys: { id: string; items: FanOutItem[] }[] = []
  let update: { id: string; items: FanOutItem[] }

  async function surveyed() {
    const { id } = await fleet.json<{ id: string }>('/firmware-survey', {})
    surveys.push({ id, items: await fleet.followed(id) })
  }

  before(async function () {
    // Elsewhere 127.0.0.1 is the only loopback address.
    if (process.platform !== 'linux') this.skip()
    scratch = await mkdtemp(join(tmpdir(), 'fleet-test-'))
    fleet = await TestFleet.start({ BMC_PASSWORD: PASSWORD, LOG_LEVEL: 'debug', TMPDIR: scratch })
    atFirst = (await fleet.memory()).now
    await surveyed()
    const order = { survey: surveys[0]!.id, concurrency: 200, maxFailures: 20 }
    const { id } = await fleet.json<{ id: string }>('/firmware-update', order)
    update = { id, items: await fleet.followed(id) }
    await surveyed()
  })
  after(async () => {
    await fleet?.running.stop('SIGKILL')
    if (scratch !== undefined) await rm(scratch, { recursive: true })
  })

  it('has told of every controller what it deserves, liars too', () => {
    const busyAtFirst = { ...OUTCOMES, busy: { 'SUCCEEDED 200 x2': 30 } }
    expect(fleet.byHabit(surveys[0]!.items)).to.deep.equal(busyAtFirst)
    const busyNoMore = { ...OUTCOMES, busy: { 'SUCCEEDED 200 x1': 30 } }
    expect(fleet.byHabit(surveys[1]!.items)).to.deep.equal(busyNoMore)
  })

  it('shows the same items in pages, in the order in which they came', async () => {
    const { id, items } = surveys[0]!
    expect(await fleet.paged(id, 300)).to.deep.equal(items)
    expect(new Set(items.map(({ index }) => index)).size).to.equal(1000)
  })

  it('has a summary of them as the result of each task', async () => {
    const { state, progress, result } = await fleet.task(surveys[0]!.id)
    expect(state).to.equal('SUCCEEDED')
    expect(progress).to.include({ done: 1000, total: 1000 })
    const summary = result as FanOutSummary
    expect(summary).to.include({ total: 1000, succeeded: 951, failed: 49, ignored: 0, canceled: 0 })
    expect(summary.errors).to.include({ 'headers-timeout': 11, 'tls-failed': 10, 'bad-response': 3 })
    expect(summary.slowest).to.have.length(10)
  })

  it('has updated all that were old and could be asked, and sees the new version', async () => {
    const told = (i: number) =>
      fleet.json<{ versions: Record<string, number> }>(`/firmware-survey/${surveys[i]!.id}`)
    const { versions: first } = await told(0)
    expect(first).to.include({ '2.0.0': 200, unknown: 50 })
    expect(update.items).to.have.length(750)
    expect((await told(1)).versions).to.deep.equal({ '2.0.0': 950, unknown: 50 })
  })

  it('has updated none twice, though some hung up before they had answered', () => {
    const lost = update.items.filter(({ state }) => state === 'FAILED')
    expect(fleet.byHabit(lost)).to.deep.equal({ 'hangs-up': { 'FAILED connection-lost x1': 10 } })
    expect(lost.every(({ perhapsSent }) => perhapsSent === true)).to.equal(true)
    const counts = surveys[1]!.items.filter((item) => versionIn(item) !== undefined).map(updatesIn)
    expect(counts.filter((count) => count === 1)).to.have.length(750)
    expect(counts.filter((count) => count > 1)).to.deep.equal([])
  })

  it('keeps its connections from list to list', () => {
    expect(update.items.some(({ reused }) => reused === true)).to.equal(true)
  })

  it('lets a caller send the same over REST, where it may, and tells each fault where it may not', async () => {
    const { url } = fleet.controllers.find(({ habit }) => habit === 'good')!
    const { host, port } = new URL(url)
    const args = {
      source: { url: 'http://{target}/redfish/v1/UpdateService/FirmwareInventory/BMC', secret: 'bmc' },
      targets: [host, `127.1.1.17:${port}`],
    }
    const { id } = await fleet.json<{ id: string }>('/housekeeping/tasks', { operation: 'HTTP_FANOUT', args })
    expect((await fleet.followed(id)).map(versionIn)).to.deep.equal(['2.0.0', '2.0.0'])
    const bad = await fleet.ask('/housekeeping/tasks', {
      operation: 'HTTP_FANOUT',
      args: { ...args, targets: ['169.254.169.254', '127.0.0.1:22', `127.1.1.17:${port}`] },
    })
    const { errors } = JSON.parse(bad.text) as { errors: { path: string }[] }
    expect([bad.status, errors.map(({ path }) => path)]).to.deep.equal([
      400,
      ['/args/targets/0', '/args/targets/1'],
    ])
  })

  it('refuses an update from what is no survey', async () => {
    expect((await fleet.ask('/firmware-update', { survey: update.id })).status).to.equal(404)
    const odd = await fleet.ask('/firmware-update', { survey: surveys[1]!.id, concurrency: 'many' })
    expect(odd.status).to.equal(400)
  })

  it('answers a body that is none, or no JSON, with a problem that says so', async () => {
    for (const body of ['{ "survey": ', 'null', '[]', '{ "survey": 7 }', '']) {
      const answer = await fetch(`${fleet.running.url}/firmware-update`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect([answer.status, answer.headers.get('content-type')], body).to.deep.equal([
        400,
        'application/problem+json; charset=utf-8',
      ])
      expect(await answer.json(), body).to.include({ status: 400, code: 'invalid-request' })
    }
    expect((await fetch(`${fleet.running.url}/firmware-update`, { method: 'POST' })).status).to.equal(400)
  })

  it('has grown by less than 150 MB meanwhile', async () => {
    expect(((await fleet.memory()).peak - atFirst) / MB).to.be.below(150)
  })

  it('has told the password to nobody but the fleet', async () => {
    for (const path of [
      '/controllers',
      '/housekeeping/tasks',
      '/housekeeping/operations',
      '/housekeeping/openapi.json',
    ])
      expect((await fleet.ask(path)).status, path).to.equal(200)
    for (const { id } of [...surveys, update])
      for (const stream of ['log', 'checkpoint', 'items'])
        await fleet.ask(`/housekeeping/tasks/${id}/output?stream=${stream}&limit=1000`)
    const basic = Buffer.from(`admin:${PASSWORD}`).toString('base64')
    const all = [fleet.running.output(), ...fleet.told].join('\n')
    expect(all).to.include('bmc-0001')
    for (const secret of [PASSWORD, basic, 'PRIVATE KEY'])
      expect(all.includes(secret), secret).to.equal(false)
  })

  it('ends both of its processes on SIGINT, in the midst of a survey, and leaves nothing behind', async () => {
    const { items } = await fleet.json<{ items: string }>('/firmware-survey', {})
    const stream = (await fetch(`${fleet.running.url}${items}&follow=true`, NDJSON)).body!.getReader()
    expect((await stream.read()).done).to.equal(false)
    expect(await fleet.running.stop('SIGINT')).to.equal(0)
    const { hostname, port } = new URL(fleet.controllers.find(({ habit }) => habit === 'good')!.url)
    expect(await refused(hostname, Number(port))).to.equal('ECONNREFUSED')
    expect((await readdir(scratch)).filter((name) => name.startsWith('fleet-'))).to.deep.equal([])
  })
})

function updatesIn({ body }: FanOutItem): number {
  return (JSON.parse(body!) as { Updates: number }).Updates
}

/** How it is refused; undefined where somebody listens. */
function refused(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
}
