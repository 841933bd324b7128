import { spawnSync } from 'node:child_process'
import { Manager, type Json, type ManagerOptions, type OutputStream, type Task } from '../../../src/index.ts'
import { processRunner, type ProcessArgs, type ProcessResult } from '../../../src/animators/process/index.ts'
import type { ProcessRunnerOptions } from '../../../src/animators/process/index.ts'

/** A service that runs processes, closed after each test. */
export class Host {
  readonly manager: Manager

  constructor(options: Partial<ProcessRunnerOptions> = {}, service: ManagerOptions = {}) {
    this.manager = new Manager(service)
    this.manager.register('PROCESS', processRunner({ allow: 'any', shells: ['bash', 'sh'], ...options }))
  }

  async start(args: ProcessArgs, options = {}): Promise<Task> {
    return (await this.manager.create('PROCESS', args, options)).task
  }

  async run(args: ProcessArgs, options = {}): Promise<Ended> {
    return this.end((await this.start(args, options)).id)
  }

  async end(id: string, timeout = '20s'): Promise<Ended> {
    return (await this.manager.waitFor(id, { timeout })) as Ended
  }

  /** Resolves with the first line that the task writes. */
  async line(id: string, stream: OutputStream = 'stdout'): Promise<string> {
    for await (const { text } of this.manager.follow(id, { stream })) return text ?? ''
    throw new Error('it ended without a line')
  }

  async lines(id: string, stream: OutputStream = 'stdout'): Promise<string[]> {
    const { items } = await this.manager.output(id, { stream, limit: 1000 })
    return items.map(({ text }) => text ?? '')
  }
}

export type Ended = Task<Json, ProcessResult & Json>

/** Whether a process is there, a zombie not counted. */
export function isAlive(pid: number | string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z')
}
