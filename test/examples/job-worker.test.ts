import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Task } from '../../src/client/index.ts'
import { isAlive } from '../animators/process/host.ts'
import { startExample, type Running } from './running.ts'

const run = promisify(execFile)

/** The scenarios of rest-job-worker's own document, by curl, as its users have them. */
describe('The example of a job worker', () => {
  let running: Running
  let folder: string
  let url: string
  const writer = { token: 'writer.jwt' }
  const reader = { token: 'reader.jwt' }

  before(async () => {
    running = await startExample('job-worker/main.ts', { JOB_TIMEOUT: '500ms' })
    folder = /cd (\S+)/.exec(running.output())![1]!
    url = /https:\S+\/jobs/.exec(running.output())![0]
  })
  after(() => running.stop())

  interface Answer {
    readonly status: number
    readonly body: Task & { code?: string; detail?: string; errors?: unknown }
    readonly text: string
  }

  async function curl(
    path: string,
    { token, body, method, cert = true }: { token?: string; body?: unknown; method?: string; cert?: boolean },
  ): Promise<Answer> {
    const { stdout } = await run(
      'curl',
      [
        '-sS',
        ...['--cacert', 'ca.pem', '-w', '\n%{http_code}', '-H', 'Content-Type: application/json'],
        ...(cert ? ['--cert', 'client.pem', '--key', 'client.key'] : []),
        ...(token === undefined ? [] : ['-H', `Authorization: Bearer ${textOf(token)}`]),
        ...(method === undefined ? [] : ['-X', method]),
        ...(body === undefined ? [] : ['-d', typeof body === 'string' ? body : JSON.stringify(body)]),
        `${url}${path}`,
      ],
      { cwd: folder },
    )
    const at = stdout.lastIndexOf('\n')
    const text = stdout.slice(0, at)
    return { status: Number(stdout.slice(at + 1)), text, body: text === '' ? {} : JSON.parse(text) }
  }

  const textOf = (token: string): string =>
    token.endsWith('.jwt') ? readFileSync(join(folder, token), 'utf8') : token

  async function register(command: readonly string[], more: object = {}): Promise<string> {
    const body = { operation: 'PROCESS', args: { command, ...more }, autoStart: false }
    const { status, body: task } = await curl('/tasks', { ...writer, body })
    expect(status).to.equal(201)
    return task.id
  }

  const start = (id: string): Promise<Answer> =>
    curl(`/tasks/${id}`, { ...writer, method: 'PATCH', body: { state: 'ACTIVE' } })
  const query = async (id: string): Promise<Task> => (await curl(`/tasks/${id}`, reader)).body
  const stop = (id: string): Promise<Answer> => curl(`/tasks/${id}/cancel`, { ...writer, method: 'POST' })

  /** Follows its output to its end: nothing is asked twice. */
  async function ended(id: string): Promise<Task> {
    const args = ['-sS', '-N', '--cacert', 'ca.pem', '--cert', 'client.pem', '--key', 'client.key']
    const auth = ['-H', `Authorization: Bearer ${textOf(reader.token)}`, '-H', 'Accept: text/event-stream']
    await run('curl', [...args, ...auth, `${url}/tasks/${id}/output?stream=stdout&follow=true`], {
      cwd: folder,
    })
    return query(id)
  }

  it('registers a job, starts it later, and shows its output', async () => {
    const id = await register(['ls', '-lah', '/'])
    expect(await query(id)).to.include({ state: 'NEW', waitingFor: 'start' })
    expect((await start(id)).status).to.equal(200)
    const task = await ended(id)
    expect(task.state).to.equal('SUCCEEDED')
    expect(task.result).to.include({ exitCode: 0 })
    expect((await curl(`/tasks/${id}/output?stream=stdout`, reader)).text).to.contain('usr')
  })

  it('lets a job time out that runs for too long', async () => {
    const id = await register(['sleep', '60'])
    await start(id)
    const task = await ended(id)
    expect(task.state).to.equal('FAILED')
    expect(task.reason).to.include({ code: 'timeout' })
  })

  it('stops a job that runs', async () => {
    const id = await register(['sleep', '20'], { timeout: '20s' })
    expect((await start(id)).body.state).to.be.oneOf(['NEW', 'ACTIVE'])
    expect((await stop(id)).status).to.equal(200)
    const task = await ended(id)
    expect(task.state).to.equal('CANCELED')
    expect(task.reason).to.include({ code: 'canceled', by: 'the writer' })
  })

  it('refuses to start or stop what has ended, and knows no job that is not there', async () => {
    const id = await register(['true'])
    await start(id)
    await ended(id)
    expect(await start(id)).to.deep.include({ status: 409 })
    expect(await stop(id)).to.deep.include({ status: 409 })
    expect(await start('nothing')).to.deep.include({ status: 404 })
  })

  it('says what is wrong with a job before it exists', async () => {
    const creation = (args: unknown) => ({ ...writer, body: { operation: 'PROCESS', args } })
    for (const [args, words] of [
      [{ command: [] }, /command/],
      [{ command: [''] }, /must name an executable/],
      [{ command: ['no-such-program'] }, /is not found/],
    ] as const) {
      const { status, text } = await curl('/tasks', creation(args))
      expect(status).to.equal(400)
      expect(text).to.match(words)
    }
    expect((await curl('/tasks', { ...writer, body: '{"command": ' })).status).to.equal(400)
  })

  it('lets readers look and no more, and nobody else in', async () => {
    const body = { operation: 'PROCESS', args: { command: ['true'] } }
    expect((await curl('/tasks', { ...reader, body })).status).to.equal(403)
    expect((await curl('/tasks', reader)).status).to.equal(200)
    expect((await curl('/tasks', {})).status).to.equal(401)
    const [head, payload] = textOf(reader.token).split('.')
    const role = (text: string) => text.replace('"reader"', '"writer"')
    const forged = Buffer.from(role(Buffer.from(payload!, 'base64url').toString())).toString('base64url')
    expect(
      (await curl('/tasks', { token: `${head}.${forged}.${textOf(reader.token).split('.')[2]}`, body }))
        .status,
    ).to.equal(401)
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
    expect((await curl('/tasks', { token: `${unsigned}.${forged}.`, body })).status).to.equal(401)
  })

  it('speaks to nobody without a client certificate', async () => {
    const error: unknown = await curl('/tasks', { ...reader, cert: false }).catch((thrown: unknown) => thrown)
    expect(error).to.be.an('error')
    expect((error as Error).message).to.match(/certificate|alert|reset|SSL/i)
  })

  it('keeps its keys to itself, and ends with all its jobs', async () => {
    expect(statSync(folder).mode & 0o077).to.equal(0)
    expect(existsSync(join(folder, 'ca.key'))).to.equal(false)
    const args = { script: 'echo $$; while :; do sleep 0.1; echo; done', timeout: '1m' }
    const { body } = await curl('/tasks', { ...writer, body: { operation: 'PROCESS', args } })
    const accept = ['-H', `Authorization: Bearer ${textOf(reader.token)}`, '-H', 'Accept: text/plain']
    const path = `${url}/tasks/${body.id}/output?stream=stdout&follow=true`
    const tls = ['-sS', '-N', '--cacert', 'ca.pem', '--cert', 'client.pem', '--key', 'client.key']
    const following = run('bash', ['-c', 'curl "$@" | head -n 1', 'bash', ...tls, ...accept, path], {
      cwd: folder,
    })
    const pid = (await following).stdout.trim()
    expect(isAlive(pid)).to.equal(true)
    expect(await running.stop('SIGTERM')).to.equal(0)
    expect(isAlive(pid)).to.equal(false)
    expect(existsSync(folder)).to.equal(false)
  })
})
