import type { Identity, Usage } from '../../../machine/proc.ts'

/** What is started, where what it prints goes, and how it is ended. All of it is plain data: it crosses to the spawner. */
export interface LaunchOrder {
  readonly task: string
  readonly attempt: number
  /** Absolute. */
  readonly file: string
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** A file that it reads as its standard input; nothing where there is none. */
  readonly stdin?: string
  readonly stopSignal: NodeJS.Signals
  /** How long after the stop signal it is killed, ms. */
  readonly killAfter: number
  /** Stands in the environment of the process, and of all that come from it. */
  readonly mark: string
  /** Folder of a record (`src/files/record`). */
  readonly record: string
  /** Bytes of each stream that the record keeps, the newest; all by default. */
  readonly keep?: number
  /** Whether it waits, rather than have something dropped that nobody has read: then `keep` is there. False by default. */
  readonly waits?: boolean
  /** Bytes of both streams together beyond which it is stopped; no such limit by default. */
  readonly stopAt?: number
  /** Folder in which it is noted that the process runs; it is not by default. */
  readonly running?: string
  /** What becomes of it when the service is killed: it is ended, or goes on and is found again by the next attempt. */
  readonly leftover: 'end' | 'adopt'
  /** How long it may run, ms, as whoever launches it sees to; where that one has died, its host does. No limit by default. */
  readonly timeout?: number
  /** Kept with the note, for the attempt that finds the process again. */
  readonly token?: string
  /** Numeric user and group; those of the host by default. */
  readonly uid?: number
  readonly gid?: number
}

/** A process that has been started. */
export interface Started {
  readonly pid: number
  /** Undefined where the system does not tell, or it has ended already. */
  readonly identity: Identity | undefined
  /** Epoch milliseconds. */
  readonly at: number
}

export interface RunEnd {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined
  readonly signal: NodeJS.Signals | undefined
  /** As last seen: what it used after that is not in it. Undefined for a process that was too short to be looked at. */
  readonly usage: Usage | undefined
  /** Whether it ended by itself and left others of its group running, which were ended then. */
  readonly leftBehind: boolean
  /** Whether it was stopped because it printed more than `stopAt`. */
  readonly overflowed: boolean
  /** Whether its host stopped it because its time was over, as nobody else was left to do it. */
  readonly timedOut: boolean
  /** From its start to the end of its leader, ms. */
  readonly wall: number
  /** Bytes that it printed. */
  readonly stdout: number
  readonly stderr: number
  /** Why some of what it printed is not in the record, or why it was not noted that it runs. */
  readonly fault: string | undefined
}

/** One process with its group, wherever it was started. */
export interface HostedRun {
  /** Rejects with the system's error where it cannot be started: ENOENT, EACCES, EAGAIN, EMFILE, ENOMEM, E2BIG… */
  readonly started: Promise<Started>
  /**
   * Settles when it has ended and nothing of it is left; rejects as `started` does, and with {@link SpawnerLost}. Neither of both
   * promises counts as unhandled.
   */
  readonly ended: Promise<RunEnd>
  /** The stop signal to the whole group, and SIGKILL when that has not ended it in time. Safe to call at any time, and again. */
  stop(): void
  /** Calls back when the record has grown, at most every 50 ms; not for what is printed last, as the end tells of that. */
  onGrowth(listener: () => void): void
}

/** Starts processes, here or in a process of its own. */
export interface ProcessHost {
  launch(order: LaunchOrder): HostedRun
  /** Ends whatever still runs. Resolves when nothing of it is left. */
  close(): Promise<void>
}

/** The process that started and listened to this one has died; this one was ended. */
export class SpawnerLost extends Error {
  override readonly name = 'SpawnerLost'
  readonly code = 'spawner-lost'
}
