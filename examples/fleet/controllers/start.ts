import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { roll, type Controller } from './roll.ts'

/** What the process of the fleet is told. Not by its environment or its arguments, which others on the machine may read. */
export interface Orders {
  readonly count: number
  readonly username: string
  readonly password: string
}

/** What it answers. */
export type Ready = { readonly port: number; readonly ca: string } | { readonly error: string }

export interface Fleet {
  readonly controllers: readonly Controller[]
  /** The authority that has signed the certificates, as a PEM text. */
  readonly ca: string
  /** Settles when the process of the fleet is gone. */
  stop(): Promise<void>
}

/** Starts so many fake controllers in one other process. @throws where they cannot listen */
export async function startFleet(orders: Orders): Promise<Fleet> {
  const child = fork(fileURLToPath(new URL('program.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.send(orders)
  const [ready] = (await Promise.race([once(child, 'message'), failed(child)])) as [Ready]
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.disconnect()
    await exit
  }
  if ('error' in ready) {
    await stop()
    throw new Error(ready.error)
  }
  return { controllers: roll(orders.count, ready.port), ca: ready.ca, stop }
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null]
  throw new Error(`the process of the fleet ended with ${code} before it listened`)
}
