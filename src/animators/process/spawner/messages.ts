import type { Identity } from '../../../machine/proc.ts'
import type { Family } from '../host/family.ts'
import type { LaunchOrder, RunEnd, Started } from '../host/order.ts'

/** What a service says to its spawner. A run is named by a number that the service gives. */
export type ToSpawner =
  | { readonly say: 'launch'; readonly run: number; readonly order: LaunchOrder }
  | { readonly say: 'stop'; readonly run: number }
  /** To be answered at once: `here`. */
  | { readonly say: 'answer' }
  | { readonly say: 'close' }

/** What a spawner says to its service. */
export type FromSpawner =
  | { readonly say: 'here' }
  | { readonly say: 'started'; readonly run: number; readonly started: Started }
  | { readonly say: 'grew'; readonly run: number }
  | { readonly say: 'ended'; readonly run: number; readonly end: RunEnd }
  | { readonly say: 'failed'; readonly run: number; readonly error: WrittenError }

/** What a spawner is told as it starts, in its arguments. */
export interface Introduction {
  readonly service: Identity | undefined
  /** Whom it starts. Undefined where they have no mark in common. */
  readonly family: Family | undefined
}

/** An error of the system, as it crosses. */
export interface WrittenError {
  readonly message: string
  readonly code?: string
  readonly errno?: number
  readonly syscall?: string
  readonly path?: string
}

export function writtenError(error: unknown): WrittenError {
  const { message, code, errno, syscall, path } = error as NodeJS.ErrnoException
  return JSON.parse(
    JSON.stringify({ message: String(message ?? error), code, errno, syscall, path }),
  ) as WrittenError
}

export function readError({ message, ...rest }: WrittenError): Error {
  return Object.assign(new Error(message), rest)
}
