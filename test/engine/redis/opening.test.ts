import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { MajordomoError } from '../../../src/core/errors.ts'
import { redis, type RedisEngineOptions } from '../../../src/engine/redis/index.ts'
import { RecordingHost } from '../../../src/testing/conformance/host.ts'
import { testTime } from '../../../src/testing/conformance/time.ts'
import { rejection } from '../../rejection.ts'
import { freePort, RedisServer } from '../redis-server.ts'
import { onBench } from './benches.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

function newHost(warnings: string[] = []): RecordingHost {
  const host = new RecordingHost(testTime('real'), { ageing: undefined, maxEnded: undefined }, true)
  host.logger.warn = (message) => warnings.push(message)
  return host
}

async function refusal(options: RedisEngineOptions): Promise<MajordomoError> {
  const engine = redis(options)
  const error = await rejection(engine.open(newHost()))
  expect(error).to.be.instanceOf(MajordomoError)
  return error as MajordomoError
}

describe('Opening the redis engine', function () {
  // Each test starts a server, and other work may slow the machine down.
  this.timeout(30_000)
  const servers: RedisServer[] = []

  async function server(test: Mocha.Context, ...args: string[]): Promise<RedisServer> {
    const started = await RedisServer.start(...args)
    if (started === undefined) return test.skip()
    servers.push(started)
    return started
  }

  afterEach(async () => {
    for (const each of servers.splice(0)) await each.stop()
  })

  it('is refused at once where nobody listens, naming the address and why', async () => {
    const port = await freePort()
    const error = await refusal({ connection: `redis://127.0.0.1:${port}` })
    expect(error.code).to.equal('engine-unavailable')
    expect(error.message).to.include(`127.0.0.1:${port}`).and.include('ECONNREFUSED')
  })

  it('is refused where the database is none that the server has, or no number at all', async function () {
    const { port } = await server(this)
    const error = await refusal({ connection: `redis://127.0.0.1:${port}/99` })
    expect(error.code).to.equal('invalid-option')
    expect(error.message).to.include('has no database 99')
    const text = await rejection(
      Promise.resolve().then(() => redis({ connection: 'redis://127.0.0.1/first' })),
    )
    expect(text).to.have.property('code', 'invalid-option')
  })

  it('waits for Redis where that is asked for, and says so', async function () {
    const port = await freePort()
    const engine = redis({ connection: { host: '127.0.0.1', port }, waitForRedis: true })
    const host = newHost()
    const isWaiting = new Promise((resolve) => (host.logger.warn = resolve))
    const opened = engine.open(host)
    try {
      expect(await isWaiting).to.include(`waiting for Redis at 127.0.0.1:${port}`)
      await server(this, '--port', String(port))
      await opened
      expect(await engine.count({})).to.equal(0)
    } finally {
      await engine.close()
    }
  })

  it('gives up when it is closed meanwhile', async () => {
    const connection = `redis://127.0.0.1:${await freePort()}`
    const engine = redis({ connection, waitForRedis: true })
    const soon = rejection(engine.open(newHost()))
    await engine.close()
    expect(await soon).to.have.property('code', 'manager-closed')
    const host = newHost()
    const isWaiting = new Promise((resolve) => (host.logger.warn = resolve))
    const late = rejection(engine.open(host))
    await isWaiting
    await engine.close()
    expect(await late).to.have.property('code', 'engine-unavailable')
  })

  it('is refused without the right password, also where it would wait', async function () {
    const { port, url } = await server(this, '--requirepass', 'geheim')
    const without = await refusal({ connection: url })
    expect(without.message).to.include('NOAUTH').and.include(String(port))
    for (const waitForRedis of [false, true]) {
      const wrong = await refusal({ connection: `redis://:falsch@127.0.0.1:${port}`, waitForRedis })
      expect(wrong.message).to.include('WRONGPASS').and.not.include('falsch')
    }
    await onBench(`redis://:geheim@127.0.0.1:${port}`, async (t) => {
      expect((await t.add()).state).to.equal('NEW')
    })
  })

  it('passes username, password and database on', async function () {
    const { port } = await server(this)
    const admin = new Redis(port, '127.0.0.1')
    await admin.call('ACL', 'SETUSER', 'ann', 'on', '>geheim', '~*', '&*', '+@all')
    const connection = { host: '127.0.0.1', port, username: 'ann', password: 'geheim', db: 3 }
    await onBench(connection, async (t, prefix) => {
      await t.add()
      expect(String(await admin.client('LIST'))).to.include('user=ann')
      await admin.select(3)
      expect(await admin.exists(`{${prefix}}:meta`)).to.equal(1)
    })
    await admin.quit()
  })

  it('is refused by a Redis that would throw tasks away when it is full', async function () {
    const { url } = await server(this, '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru')
    const error = await refusal({ connection: url })
    expect(error.code).to.equal('invalid-option')
    expect(error.message).to.include('allkeys-lru').and.include('maxmemory-policy noeviction')
  })

  it('is refused by a Redis that is too old', async () => {
    const old = createServer((socket) => {
      socket.on('data', (chunk) => {
        for (const name of commandsIn(String(chunk)))
          socket.write(name === 'info' ? bulk('redis_version:6.0.16\r\nloading:0\r\n') : '+OK\r\n')
      })
    }).listen(0, '127.0.0.1')
    await once(old, 'listening')
    const { port } = old.address() as AddressInfo
    const error = await refusal({ connection: `redis://127.0.0.1:${port}` })
    expect(error.code).to.equal('invalid-option')
    expect(error.message).to.include('6.0.16').and.include('6.2')
    old.close()
  })

  it('warns once where a crash of Redis would lose tasks', async function () {
    const { url } = await server(this)
    const warnings: string[] = []
    const engine = redis({ connection: url })
    await engine.open(newHost(warnings))
    await engine.close()
    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.include('appendonly yes')
  })

  it('does not warn where Redis keeps an append-only file', async function () {
    const { url } = await server(this, '--appendonly', 'yes')
    const warnings: string[] = []
    const engine = redis({ connection: url })
    await engine.open(newHost(warnings))
    await engine.close()
    expect(warnings).to.deep.equal([])
  })

  it('is refused where what is stored has another form', async function () {
    const { port, url } = await server(this)
    const admin = new Redis(port, '127.0.0.1')
    await admin.set('{majordomo}:form', '99')
    await admin.quit()
    expect((await refusal({ connection: url })).message).to.include('another form')
  })

  it('speaks TLS with rediss:// and with the option tls, and passes its options on', async () => {
    const greetings: Buffer[] = []
    const listener = createServer((socket: Socket) => {
      socket.once('data', (chunk: Buffer) => {
        greetings.push(chunk)
        socket.destroy()
      })
      socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    await refusal({ connection: `rediss://127.0.0.1:${port}` })
    await refusal({ connection: { host: '127.0.0.1', port, tls: { servername: 'redis.example' } } })
    listener.close()
    const handshake = 0x16
    expect(greetings.map((greeting) => greeting[0])).to.deep.equal([handshake, handshake])
    expect(greetings[1]!.includes('redis.example')).to.equal(true)
  })

  it('says what to install where ioredis is missing', async () => {
    const script = `
      import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent(\`
        export const resolve = (name, context, next) => {
          if (name === 'ioredis') throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
          return next(name, context)
        }\`))
      const { redis } = await import('./src/engine/redis/index.ts')
      const rules = { ageing: undefined, maxEnded: undefined }
      await redis().open({ rules }).catch((error) => console.log(error.code, error.message))
    `
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
    expect(stdout).to.match(/^invalid-option .*npm install ioredis/)
  })

  it('takes no option that does not fit', () => {
    const refused: readonly (readonly [unknown, string])[] = [
      [{ connection: 'localhost:6379' }, 'redis.connection'],
      [{ connection: 6379 }, 'redis.connection'],
      [{ connection: { keyPrefix: 'x:' } }, 'redis.prefix'],
      [{ connection: { duplicate() {} } }, 'not an instance'],
      [{ prefix: 'a{b}' }, 'redis.prefix'],
      [{ prefx: 'a' }, 'did you mean "prefix"?'],
      [{ outputBytes: 1 }, 'redis.outputBytes'],
      [{ events: 1 }, 'redis.events'],
      [{ commandTimeout: 'soon' }, 'redis.commandTimeout'],
      [{ waitForRedis: 1 }, 'redis.waitForRedis'],
    ]
    for (const [options, text] of refused)
      expect(() => redis(options as RedisEngineOptions), JSON.stringify(options)).to.throw(
        MajordomoError,
        text,
      )
  })

  it('does not show the password of a URL that does not fit', () => {
    expect(() => redis({ connection: 'http://:geheim@127.0.0.1' }))
      .to.throw(MajordomoError)
      .with.property('message')
      .that.does.not.include('geheim')
  })
})

/** The names of the commands, each of which is a list (`*2`) of texts that follow their lengths (`$4`). */
function commandsIn(text: string): string[] {
  const lines = text.split('\r\n')
  return lines.flatMap((line, i) => (line.startsWith('*') ? [lines[i + 2]!.toLowerCase()] : []))
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`
}
