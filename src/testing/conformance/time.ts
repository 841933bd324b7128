import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { FakeClock } from '../fake-clock.ts'
import { settled } from '../settled.ts'

/** Time as the cases see it: moved by hand where the engine takes a fake clock, really waited for elsewhere. */
export interface TestTime extends Clock {
  readonly fake: boolean
  /** The unit of the cases' durations, ms. */
  readonly tick: number
  /** How far two times of the same moment may lie apart, ms: the engine's clock may be another machine's. */
  readonly tolerance: number
  /** Wake-ups that are armed, where that can be told. */
  readonly pending: number
  until(time: number): Promise<void>
  /** Lets what was started arrive. */
  settled(): Promise<void>
}

export function testTime(kind: 'fake' | 'real'): TestTime {
  return kind === 'fake' ? new FakeTime() : new RealTime()
}

class FakeTime extends FakeClock implements TestTime {
  readonly fake = true
  readonly tick = 60_000
  readonly tolerance = 0
  settled = settled
  until(time: number): Promise<void> {
    return this.advance(Math.max(0, time - this.now()))
  }
}

class RealTime implements TestTime {
  readonly fake = false
  readonly tick = 80
  readonly tolerance = 1_000
  readonly pending = 0
  now(): number {
    return Date.now()
  }
  after(ms: number, wake: () => void): () => void {
    const timer = setTimeout(wake, ms)
    return () => clearTimeout(timer)
  }
  until(time: number): Promise<void> {
    return sleep(Math.max(0, time - this.now()))
  }
  settled(): Promise<void> {
    return sleep(15)
  }
}
