import type { Usage } from '../../../machine/proc.ts'
import type { RunEnd } from '../host/order.ts'

/** Why a process was told to stop. */
export type StopReason = 'canceled' | 'timeout' | 'shutdown' | 'lease-lost' | 'superseded' | 'output-limit'

/** What is known of a process that has ended: the task's result, also of one that FAILED or was CANCELED. */
export interface ProcessResult {
  /** Absent where a signal ended it. */
  readonly exitCode?: number
  /** The signal that ended it. */
  readonly signal?: string
  /** Absent where it ended by itself. */
  readonly stopped?: StopReason
  readonly pid: number
  /** From its start to its end, ms. */
  readonly wall: number
  /** CPU times in ms, peak of resident memory in bytes, as last seen (Linux only); of the process and those of its children that it waited for. */
  readonly usage?: Usage
  /** Bytes that it printed, whether or not they are still kept. */
  readonly stdout: number
  readonly stderr: number
  /** It ended by itself and left others of its group running, which were ended then. */
  readonly leftBehind?: true
}

export function processResult(end: RunEnd, pid: number, stopped: StopReason | undefined): ProcessResult {
  const { exitCode, signal, usage, wall, stdout, stderr } = end
  return {
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
    ...(stopped === undefined ? {} : { stopped }),
    pid,
    wall,
    stdout,
    stderr,
    ...(usage === undefined ? {} : { usage }),
    ...(end.leftBehind ? { leftBehind: true } : {}),
  }
}

/** How it ended, in words. */
export function inWords({ exitCode, signal, stopped }: ProcessResult): string {
  const how = signal === undefined ? `exited with code ${exitCode}` : `was ended by ${signal}`
  return stopped === undefined ? `the process ${how}` : `the process was told to stop (${stopped}) and ${how}`
}
