import { expect } from 'chai'
import express from 'express'
import { request, type Server } from 'node:http'
import { chromium, type Browser, type Page } from 'playwright-core'
import { closed, listening, serve, type Service } from './service.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

describe('In a browser', () => {
  let browser: Browser
  let service: Service
  before(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    service = await serve({ mount: '/api/hk' })
  })
  after(async () => {
    await browser.close()
    await service.close()
  })

  /** All that the page complains of: refusals by the content security policy, script errors, failed requests. */
  function complaints(page: Page): string[] {
    const told: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') told.push(message.text())
    })
    page.on('pageerror', (error) => told.push(error.message))
    page.on('requestfailed', (failed) => told.push(`${failed.url()} failed`))
    return told
  }

  async function createsByHand(page: Page, url: string): Promise<string> {
    await page.goto(url)
    await page.getByText('Create a task', { exact: true }).click()
    const operation = page.locator('#operations-Tasks-createTask')
    await operation.locator('.examples-select select').selectOption('ECHO')
    await operation.getByRole('button', { name: 'Execute' }).click()
    await operation.locator('.live-responses-table .response-col_status', { hasText: '201' }).waitFor()
    return operation.locator('.live-responses-table pre').first().innerText()
  }

  it('the docs page shows the operations and creates a task, under its strict policy', async () => {
    const page = await browser.newPage()
    const told = complaints(page)
    const before = await service.manager.count()
    const answer = await createsByHand(page, `http://localhost:${service.port}/api/hk/docs`)
    expect(answer).to.include('"operation": "ECHO"')
    expect(page.url()).to.match(/\/api\/hk\/docs\/(#|$)/)
    expect(await service.manager.count()).to.equal(before + 1)
    expect(told).to.deep.equal([])
    await page.close()
  }).timeout(60_000)

  it('the docs page works behind a proxy that adds a prefix', async () => {
    const proxy = await prefixing('/outer', service.port)
    const page = await browser.newPage()
    const told = complaints(page)
    const answer = await createsByHand(page, `http://localhost:${proxy.port}/outer/api/hk/docs`)
    expect(answer).to.include('"operation": "ECHO"')
    expect(told).to.deep.equal([])
    await page.close()
    await closed(proxy.server)
  }).timeout(60_000)

  it('a page of another origin cannot change anything, unless the host lists it', async () => {
    const other = express().get('/', (_req, res) => void res.send('<!doctype html><title>other</title>'))
    const server = other.listen(0)
    const origin = `http://127.0.0.1:${await listening(server)}`
    const page = await browser.newPage()
    await page.goto(origin)
    // Sent without a preflight, as a form could send it: the browser keeps the answer from the page, and not the request from us.
    const send = (port: number) =>
      page.evaluate(async (target) => {
        const body = new Blob(['{"operation":"ECHO"}'], { type: 'text/plain' })
        await fetch(target, { method: 'POST', mode: 'no-cors', body, credentials: 'include' })
      }, `http://localhost:${port}/api/hk/tasks/bulk`)
    const statuses: number[] = []
    const watch = (target: Service) =>
      target.server.on('request', (_req, res) => res.on('finish', () => statuses.push(res.statusCode)))
    watch(service)
    await send(service.port)
    const listed = await serve({ mount: '/api/hk', router: { origins: [origin] } })
    watch(listed)
    await send(listed.port)
    // The first is refused as another site's; the second gets as far as its body, which is no JSON.
    expect(statuses).to.deep.equal([403, 415])
    await page.close()
    await listed.close()
    await closed(server)
  }).timeout(60_000)
})

/** A reverse proxy that serves the host below a prefix, which the host knows nothing of. */
async function prefixing(prefix: string, target: number): Promise<{ server: Server; port: number }> {
  const app = express().use(prefix, (req, res) => {
    const { method, headers, url } = req
    req.pipe(
      request({ port: target, method, path: url, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(res)
      }),
    )
  })
  const server = app.listen(0)
  return { server, port: await listening(server) }
}
