import { expect } from 'chai'
import { build } from 'esbuild'
import express from 'express'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from 'playwright-core'
import { Manager, type TaskOps } from '../../src/index.ts'
import { housekeepingRouter } from '../../src/rest/index.ts'

/** What runs in the page: the client as a web page uses it. */
const PAGE = `
  import { createClient, ProblemError } from '/client.js'
  const client = createClient({ baseUrl: '/housekeeping', reconnect: { least: 1, most: 50 } })
  window.results = (async () => {
    const seen = []
    const events = client.events({ operations: ['GREET'], lastEventId: 'elsewhere-1' })
    const first = (await events.next()).value.type
    const { task } = await client.create('GREET', { name: 'page' })
    for await (const event of events) {
      seen.push(event.type + ' ' + event.task.state)
      if (event.task.state === 'SUCCEEDED') break
    }
    const ended = await client.waitFor(task.id)
    const output = []
    for await (const entry of client.output(task.id, { follow: true })) output.push(entry.text)
    const listed = []
    for await (const task of client.tasks({ operation: ['GREET'], limit: 1 })) listed.push(task.state)
    const problem = await client.get('none').catch((error) => [ProblemError.is(error), error.code])
    const stop = new AbortController()
    const waiting = client.events({ signal: stop.signal }).next().catch((error) => error.message)
    stop.abort(new Error('left'))
    const replicas = createClient({ baseUrl: ['/gone', '/housekeeping/'] })
    const elsewhere = (await replicas.create('GREET', { name: 'other' }, { wait: 5000 })).task.result
    return { elsewhere, first, seen, result: ended.result, output, listed, problem, aborted: await waiting }
  })().catch((error) => ({ failed: String(error) }))
`

describe('the client in a browser', () => {
  let browser: Browser
  let server: Server
  let manager: Manager
  let url: string

  before(async () => {
    const bundle = await build({
      entryPoints: ['src/client/index.ts'],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      write: false,
    })
    manager = new Manager().register('GREET', {
      run(ops: TaskOps<{ name: string }>) {
        ops.log('info', `hello ${ops.args.name}`)
        return { greeted: ops.args.name }
      },
    })
    const app = express()
    app.get(
      '/',
      (_req, res) => void res.type('html').send(`<!doctype html><script type="module">${PAGE}</script>`),
    )
    app.get('/client.js', (_req, res) => void res.type('js').send(bundle.outputFiles[0]!.text))
    app.use('/gone', (_req, res) => void res.sendStatus(503))
    app.use('/housekeeping', housekeepingRouter(manager, { access: 'open' }))
    server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  })

  after(async () => {
    await browser?.close()
    server?.close()
    server?.closeAllConnections()
    await manager?.close()
  })

  it('creates a task, follows its events and output, lists it, tells problems and goes to another replica', async () => {
    const page: Page = await browser.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(url)
    const results: unknown = await page.evaluate('window.results')
    expect(faults).to.deep.equal([])
    expect(results).to.deep.equal({
      elsewhere: { greeted: 'other' },
      first: 'reset',
      seen: ['created NEW', 'updated ACTIVE', 'updated SUCCEEDED'],
      result: { greeted: 'page' },
      output: ['hello page'],
      listed: ['SUCCEEDED'],
      problem: [true, 'task-not-found'],
      aborted: 'left',
    })
  })
})
