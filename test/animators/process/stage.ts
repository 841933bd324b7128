import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalHost } from '../../../src/animators/process/host/local-host.ts'
import type { HostedRun, LaunchOrder, ProcessHost } from '../../../src/animators/process/host/order.ts'
import { SpawnedHost } from '../../../src/animators/process/spawner/spawned-host.ts'
import { spawnerScript } from '../../../src/animators/process/spawner-script.ts'

export type HostKind = 'here' | 'by a spawner'
export const HOST_KINDS: readonly HostKind[] = ['here', 'by a spawner']

export function hostOf(kind: HostKind): ProcessHost {
  return kind === 'here' ? new LocalHost() : new SpawnedHost(spawnerScript()!)
}

/** Folders for processes without a manager, and orders that use them. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'majordomo-stage-'))
  readonly running = join(this.folder, 'running')

  constructor() {
    mkdirSync(this.running)
  }

  /** A shell script as an order, with a record of its own. */
  order(script: string, more: Partial<LaunchOrder> = {}): LaunchOrder {
    const task = more.task ?? randomUUID()
    const record = join(this.folder, task)
    mkdirSync(record, { recursive: true })
    const mark = randomUUID()
    return {
      task,
      attempt: 1,
      file: '/bin/bash',
      argv: ['-c', script],
      cwd: this.folder,
      env: { PATH: process.env['PATH']!, MAJORDOMO_RUN: mark },
      stopSignal: 'SIGTERM',
      killAfter: 2_000,
      mark: `MAJORDOMO_RUN=${mark}`,
      record,
      running: this.running,
      leftover: 'end',
      ...more,
    }
  }

  bytes(order: Pick<LaunchOrder, 'record'>, stream: 'stdout' | 'stderr' = 'stdout'): Buffer {
    const names = readdirSync(order.record).filter(
      (name) => /^\w+\.\d+$/.test(name) && name.startsWith(stream),
    )
    return Buffer.concat(names.sort().map((name) => readFileSync(join(order.record, name))))
  }

  text(order: Pick<LaunchOrder, 'record'>, stream: 'stdout' | 'stderr' = 'stdout'): string {
    return this.bytes(order, stream).toString()
  }

  /** What the run has printed, as soon as it is a whole line. */
  async line(order: LaunchOrder, run?: HostedRun): Promise<string> {
    await until(order.record, () => this.text(order).includes('\n'), run)
    return this.text(order).trim()
  }

  notes(): string[] {
    return readdirSync(this.running)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Resolves when something that changes in a folder has made it so. */
export async function until(folder: string, isSo: () => boolean, run?: HostedRun): Promise<void> {
  const watcher = watch(folder)
  try {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (isSo()) resolve()
      }
      watcher.on('change', look)
      watcher.on('error', reject)
      run?.ended.then(
        () => (isSo() ? resolve() : reject(new Error('it ended before'))),
        (error: unknown) => reject(error),
      )
      look()
    })
  } finally {
    watcher.close()
  }
}
