import { expect } from 'chai'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { blocksOf, Desk, fromSources, type Block } from '../examples/readme.ts'
import { runExample, startExample, type Running } from '../examples/running.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const BASIC = `Basic ${Buffer.from('admin:hunter2').toString('base64')}`

describe('The service that docs/fanout.md shows', () => {
  let desk: Desk
  let blocks: Block[]
  let targets: Server
  let service: Running

  before(async function () {
    this.timeout(20_000)
    desk = await Desk.made(ROOT)
    blocks = await blocksOf(`${ROOT}docs/fanout.md`)
    targets = createServer((req, res) => {
      const knows = req.url === '/redfish/v1' && req.headers.authorization === BASIC
      res.writeHead(knows ? 200 : 401).end('{}')
    }).listen(0, '127.0.0.1')
    await once(targets, 'listening')
    service = await startExample('fanout/minimal.ts', {
      BMC_NETWORK: '127.0.0.0/8',
      BMC_PASSWORD: 'hunter2',
      TASKS: join(desk.folder, 'tasks.db'),
    })
  })
  after(async () => {
    await service?.stop('SIGKILL')
    targets?.close()
    targets?.closeAllConnections()
    await desk?.remove()
  })

  /** What a reader would type, led to servers that are there. */
  function textOf(mark: string): string {
    const { port } = targets.address() as AddressInfo
    return blocks
      .find((block) => block.mark === mark)!
      .text.replaceAll('http://localhost:3000', service.url)
      .replaceAll('https://{target}', 'http://{target}')
      .replaceAll(/10\.20\.0\.[12]/g, `127.0.0.1:${port}`)
  }

  it('is the example, as it is', async () => {
    const example = await readFile(`${ROOT}examples/fanout/minimal.ts`, 'utf8')
    const shown = fromSources(blocks.find(({ mark }) => mark === 'minimal')!.text, '../../')
    expect(shown).to.equal(example.replaceAll(/ \/\/ 'majordomo.*/g, ''))
  })

  it('answers the commands of the page in a shell', async () => {
    const lines = (await desk.run('bash', ['-c', textOf('task')])).trim().split('\n')
    const streamed = lines.splice(0, 2).map((line) => JSON.parse(line) as { data: { status: number } })
    expect(streamed.map(({ data }) => data.status)).to.deep.equal([200, 200])
    expect(lines).to.deep.equal(['2', '2', 'task-ended'])
  })

  it('answers the client of the page', async () => {
    const lines = (await desk.ran('client.ts', textOf('client'))).trim().split('\n')
    const { port } = targets.address() as AddressInfo
    const item = `127.0.0.1:${port} SUCCEEDED 200`
    expect(lines).to.deep.equal([item, item, 'SUCCEEDED 2 of 2 []'])
  })

  it('has told its password to nobody but the targets', () => {
    expect(service.output()).to.include('listening').and.not.include('hunter2')
  })

  it('ends on SIGTERM', async () => {
    expect(await service.stop('SIGTERM')).to.equal(0)
  })

  it('does not start without a password', async () => {
    const { code, text } = await runExample('fanout/minimal.ts', { BMC_PASSWORD: '', PORT: '0' })
    expect([code, text.includes('BMC_PASSWORD is not set')]).to.deep.equal([1, true])
  })
})
