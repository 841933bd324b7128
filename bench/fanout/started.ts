import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ADDRESSES } from './sizes.ts'
import type { Counts } from './targets/counts.ts'

interface Ports {
  readonly port: number
  readonly control: number
}

interface Process {
  readonly child: ChildProcess
  readonly ports: Ports
}

export type Kind = 'http1' | 'tls' | 'http2'

/** A target in a process of its own, or in two where one has not enough descriptors: they share the addresses. */
export class Target {
  readonly kind: Kind
  /** The certificates of a TLS target. */
  readonly folder: string
  readonly port: number
  /** Where it is asked for its counts. */
  readonly controls: readonly number[]
  readonly #children: readonly ChildProcess[]

  private constructor(kind: Kind, folder: string, processes: readonly Process[]) {
    const ports = processes.map((one) => one.ports)
    this.kind = kind
    this.folder = folder
    this.#children = processes.map(({ child }) => child)
    this.port = ports[0]!.port
    this.controls = ports.map(({ control }) => control)
  }

  /** On all loopback addresses. */
  static async at(kind: Kind, folder = ''): Promise<Target> {
    return new Target(kind, folder, [await start(kind, '0.0.0.0', '0', folder)])
  }

  /** On the usual addresses, in two processes, because together they have more descriptors than who aims at them. */
  static async ofTwo(kind: Kind): Promise<Target> {
    const hosts = Array.from({ length: ADDRESSES }, (_, i) => `127.0.0.${i + 1}`)
    const half = ADDRESSES / 2
    const one = await start(kind, hosts.slice(0, half).join(), '0')
    const other = await start(kind, hosts.slice(half).join(), String(one.ports.port))
    return new Target(kind, '', [one, other])
  }

  /** Counts of all its processes; `quiet` as soon as no connection is open. */
  async counts(what: 'now' | 'quiet' | 'reset' = 'now'): Promise<Counts> {
    const told = await Promise.all(
      this.controls.map(async (port) => (await fetch(`http://127.0.0.1:${port}/${what}`)).json()),
    )
    return (told as Counts[]).reduce(sum)
  }

  stop(): void {
    for (const child of this.#children) child.kill()
  }
}

async function start(...args: readonly string[]): Promise<Process> {
  const child = fork(fileURLToPath(new URL('target.ts', import.meta.url)), args)
  const [ports] = (await once(child, 'message')) as [Ports]
  return { child, ports }
}

/** Two processes together have had at most so many at once. */
function sum(one: Counts, other: Counts): Counts {
  const names = Object.keys(one) as (keyof Counts)[]
  const pairs = names.map((name) => [name, name === 'time' ? other.time : one[name] + other[name]])
  return Object.fromEntries(pairs) as Counts
}
