import { expect } from 'chai'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '../../src/client/index.ts'
import { runExample, startExample, type Running } from './running.ts'

describe('npm start', function () {
  this.timeout(30_000)

  it('serves files, tasks, Swagger UI and health where it says, and stops on SIGTERM though a stream is open', async () => {
    const service = await startExample('file-share/main.ts')
    const said = [...service.output().matchAll(/http:\/\/localhost:\d+(\/\S*)/g)].map(([, path]) => path!)
    expect(said).to.have.length(4)
    for (const path of said) {
      const answer = await fetch(service.url + path)
      expect(answer.status, path).to.equal(200)
      await answer.arrayBuffer()
    }
    const files = (await (await fetch(`${service.url}/files`)).json()) as unknown[]
    expect(files).to.have.length.greaterThan(5)
    const home = /files in (\S+)/.exec(service.output())![1]!
    const stream = (await fetch(`${service.url}/housekeeping/events`)).body!.getReader()
    await stream.read()
    expect(await service.stop('SIGTERM')).to.equal(0)
    expect(service.output()).to.include('stopping')
    expect(await access(home).catch((error: NodeJS.ErrnoException) => error.code)).to.equal('ENOENT')
  })

  it('keeps the files in FILE_SHARE_HOME', async () => {
    const home = await mkdtemp(join(tmpdir(), 'file-share-test-'))
    const service = await startExample('file-share/main.ts', { FILE_SHARE_HOME: home })
    await fetch(`${service.url}/files/mine.txt`, { method: 'PUT', body: 'mine' })
    expect(await service.stop('SIGINT')).to.equal(0)
    const again = await startExample('file-share/main.ts', { FILE_SHARE_HOME: home })
    expect(await (await fetch(`${again.url}/files/mine.txt`)).text()).to.equal('mine')
    await again.stop()
    await rm(home, { recursive: true })
  })

  it('keeps the tasks in the file that ENGINE names, and what somebody made of its schedule', async () => {
    const home = await mkdtemp(join(tmpdir(), 'file-share-test-'))
    const env = { FILE_SHARE_HOME: home, ENGINE: `sqlite:${join(home, 'tasks.db')}` }
    const clientOf = ({ url }: Running) => createClient({ baseUrl: `${url}/housekeeping` })
    const service = await startExample('file-share/main.ts', env)
    const { task } = await clientOf(service).create('FIND_DUPLICATES', {}, { wait: 10_000 })
    await clientOf(service).schedules.pause('nightly-purge')
    expect(await service.stop('SIGKILL')).to.equal(null)
    const again = await startExample('file-share/main.ts', env)
    expect(await clientOf(again).get(task.id)).to.deep.equal(task)
    expect((await clientOf(again).schedules.list())[0]).to.include({ paused: true, version: 2 })
    await again.stop()
    await rm(home, { recursive: true })
  })

  it('says so in one sentence when ENGINE is none, or cannot be reached', async () => {
    const odd = await runExample('file-share/main.ts', { ENGINE: 'postgres' })
    expect([odd.code, odd.text]).to.deep.equal([
      1,
      'The file share cannot start: ENGINE must be memory, sqlite:path/to/file or redis://host:port, got "postgres"\n',
    ])
    const away = await runExample('file-share/main.ts', { ENGINE: 'redis://127.0.0.1:1', PORT: '0' })
    expect(away.code).to.equal(1)
    expect(away.text).to.match(/The file share cannot start: .*127\.0\.0\.1:1/)
  })

  it('says so in one sentence when the port is taken or no number', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const taken = await runExample('file-share/main.ts', { PORT: String(port) })
    server.close()
    expect(taken.code).to.equal(1)
    expect(taken.text).to.match(new RegExp(`^The file share cannot start: port ${port} is taken; .*\\n$`))
    const odd = await runExample('file-share/main.ts', { PORT: 'http' })
    expect([odd.code, odd.text]).to.deep.equal([
      1,
      'The file share cannot start: PORT must be a number from 0 to 65535, got "http"\n',
    ])
  })
})

describe('the minimal example', function () {
  this.timeout(30_000)

  it('runs its one operation', async () => {
    const service = await startExample('minimal.ts')
    const answer = await fetch(`${service.url}/housekeeping/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=5' },
      body: JSON.stringify({ operation: 'SESSION_SWEEP', args: { idleMinutes: 60 } }),
    })
    expect(await answer.json()).to.deep.include({ state: 'SUCCEEDED', result: { forgotten: 1 } })
    await service.stop()
  })

  it('stops on SIGTERM though a stream is open', async () => {
    const service = await startExample('minimal.ts')
    const stream = (await fetch(`${service.url}/housekeeping/events`)).body!.getReader()
    await stream.read()
    expect(await service.stop('SIGTERM')).to.equal(0)
  })

  it('fails when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const taken = await runExample('minimal.ts', { PORT: String(port) })
    server.close()
    expect(taken.code).to.equal(1)
    expect(taken.text).to.include('EADDRINUSE').and.not.include('listening')
  })
})
