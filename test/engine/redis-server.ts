import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** A redis-server of the tests' own, on a free port and in a folder of its own. */
export class RedisServer {
  readonly url: string
  readonly port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'majordomo-redis-'))
  readonly #args: readonly string[]
  #process: ChildProcess | undefined

  private constructor(port: number, args: readonly string[]) {
    this.port = port
    this.url = `redis://127.0.0.1:${port}`
    this.#args = args
  }

  /** Undefined where there is no redis-server in the PATH. */
  static async start(...args: readonly string[]): Promise<RedisServer | undefined> {
    const server = new RedisServer(await freePort(), args)
    if (await server.restart()) return server
    await server.stop()
    return undefined
  }

  /** Starts it with what is in its folder; answers false where there is none to start. */
  async restart(): Promise<boolean> {
    const options = ['--port', String(this.port), '--dir', this.#folder, '--save', '']
    const child = spawn('redis-server', [...options, ...this.#args], { stdio: ['ignore', 'pipe', 'ignore'] })
    const isReady = new Promise<boolean>((resolve) => {
      child.on('error', () => resolve(false))
      child.on('exit', () => resolve(false))
      child.stdout.on('data', (chunk) => {
        if (String(chunk).includes('Ready to accept connections')) resolve(true)
      })
    })
    if (!(await isReady)) return false
    this.#process = child
    return true
  }

  /** As by a crash: nothing more is written. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined) return
    const isGone = once(child, 'exit')
    child.kill('SIGKILL')
    await isGone
  }

  /** It answers nothing more, and keeps its connections, until {@link thaw}. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * A Redis for tests: that of REDIS_URL, else the one on port 6379, else one started from the PATH; undefined where there
 * is none. Stop it at the end.
 */
export async function someRedis(): Promise<
  { readonly url: string; readonly stop: () => Promise<void> } | undefined
> {
  const given = process.env['REDIS_URL']
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} }
  if (await answersPing(6379)) return { url: 'redis://127.0.0.1:6379', stop: async () => {} }
  const server = await RedisServer.start()
  return server && { url: server.url, stop: () => server.stop() }
}

/** What a test has left behind. */
export async function removeKeys(url: string, match: string): Promise<void> {
  const client = new Redis(url)
  for await (const keys of client.scanStream({ match, count: 10_000 }))
    if ((keys as string[]).length > 0) await client.unlink(...(keys as string[]))
  await client.quit()
}

async function answersPing(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    socket.write('PING\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return answer.toString().startsWith('+PONG')
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
