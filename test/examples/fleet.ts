import { readFile } from 'node:fs/promises'
import type { FanOutItem } from '../../src/animators/fanout/index.ts'
import type { Task } from '../../src/client/index.ts'
import type { Controller } from '../../examples/fleet/controllers/roll.ts'
import { startExample, type Running } from './running.ts'

/** The example as a user has it: two processes, of which one is talked to. */
export class TestFleet {
  /** All that the service has answered. */
  readonly told: string[] = []

  private constructor(
    readonly running: Running,
    readonly controllers: readonly Controller[],
  ) {}

  static async start(env: NodeJS.ProcessEnv): Promise<TestFleet> {
    const running = await startExample('fleet/main.ts', env)
    const { items } = (await (await fetch(`${running.url}/controllers`)).json()) as { items: Controller[] }
    return new TestFleet(running, items)
  }

  /** @param body makes it a POST */
  async ask(
    path: string,
    body?: object,
    accept = 'application/json',
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.running.url}${path}`, {
      headers: { accept, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    this.told.push(text)
    return { status: answer.status, text }
  }

  async json<T>(path: string, body?: object): Promise<T> {
    return JSON.parse((await this.ask(path, body)).text) as T
  }

  task(id: string): Promise<Task> {
    return this.json(`/housekeeping/tasks/${id}`)
  }

  /** Reads items as they come, until the task has ended. */
  async followed(id: string): Promise<FanOutItem[]> {
    const path = `/housekeeping/tasks/${id}/output?stream=items&follow=true`
    const { text } = await this.ask(path, undefined, 'application/x-ndjson')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { data: FanOutItem }).data)
  }

  /** The same from pages. */
  async paged(id: string, limit: number): Promise<FanOutItem[]> {
    const found: FanOutItem[] = []
    for (let after = 0; ;) {
      const path = `/housekeeping/tasks/${id}/output?stream=items&after=${after}&limit=${limit}`
      const page = await this.json<{ items: { data: FanOutItem }[]; cursor: number }>(path)
      if (page.items.length === 0) return found
      found.push(...page.items.map(({ data }) => data))
      after = page.cursor
    }
  }

  /** What was told of the controllers of each habit: how often which state, status, error code and number of attempts. */
  byHabit(items: readonly FanOutItem[]): Record<string, Record<string, number>> {
    const habits = new Map(this.controllers.map(({ name, habit }) => [name, habit]))
    const found: Record<string, Record<string, number>> = {}
    for (const { id, state, status, error, truncated, attempts } of items) {
      const counts = (found[habits.get(id)!] ??= {})
      const what = [state, status, error?.code, truncated && 'cut', `x${attempts}`].filter(Boolean).join(' ')
      counts[what] = (counts[what] ?? 0) + 1
    }
    return found
  }

  /** Memory of the service's process in bytes: now, and the most that it ever was. */
  async memory(): Promise<{ now: number; peak: number }> {
    const status = await readFile(`/proc/${this.running.pid}/status`, 'latin1')
    const kB = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)![1])
    return { now: kB('VmRSS') * 1024, peak: kB('VmHWM') * 1024 }
  }
}
