import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { within } from './patience.ts'

/** A Redis of the test's own, which writes each change to its log before it answers. */
export class RedisServer {
  #process: ChildProcess | undefined

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly more: readonly string[],
  ) {}

  /** @param more arguments of redis-server */
  static async start(folder: string, more: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), folder, more)
    await server.start()
    return server
  }

  /** On what it had written before. */
  async start(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', '']
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
    const child = spawn('redis-server', [...args, ...durable, ...this.more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = child
    // It shall not outlive tests that are interrupted.
    const reap = () => child.kill('SIGKILL')
    process.once('exit', reap)
    child.once('exit', () => process.off('exit', reap))
    await within(20_000, 'redis-server is ready', ready(child))
  }

  /** As by a power cut of the machine that it is on. */
  async kill(): Promise<void> {
    await ended(this.#process, 'SIGKILL')
  }

  async stop(): Promise<void> {
    await ended(this.#process, 'SIGTERM')
  }

  /** While it is down: it will start with nothing. */
  async forget(): Promise<void> {
    await rm(join(this.folder, 'appendonlydir'), { recursive: true })
  }

  /** Sends one command, on a connection of its own. */
  async command(name: string, ...args: readonly (string | number)[]): Promise<unknown> {
    const client = new Redis({ port: this.port, host: '127.0.0.1' })
    try {
      return await client.call(name, ...args)
    } finally {
      client.disconnect()
    }
  }
}

/** Registers tests that need a Redis of their own; where there is none to start, they are skipped, and say so. */
export function describeWithRedis(title: string, body: () => void): void {
  const there = spawnSync('redis-server', ['--version']).status === 0
  if (there) describe(title, body)
  else describe.skip(`${title} (skipped: there is no redis-server in PATH)`, body)
}

async function ready(child: ChildProcess): Promise<void> {
  const lines: string[] = []
  for await (const line of createInterface(child.stdout!)) {
    lines.push(line)
    if (!line.includes('Ready to accept connections')) continue
    // Nobody reads on; a full pipe would stop the server.
    child.stdout!.resume()
    return
  }
  throw new Error(`redis-server ended: ${lines.join('\n')}`)
}

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  await within(20_000, 'redis-server has ended', exit)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
