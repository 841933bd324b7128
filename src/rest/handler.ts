import type { Upload } from '../core/files.ts'
import type { TaskManager } from '../core/manager.ts'
import type { OperationId } from '../../generated/operations.ts'
import type { operations as Contract } from '../../generated/types.ts'
import type { Rights } from './access.ts'
import type { Broadcaster } from './events/broadcaster.ts'
import type { Outgoing } from './outgoing.ts'
import type { Wire } from './wire.ts'

type Params<K extends OperationId> = NonNullable<Contract[K]['parameters']['path']>
type Query<K extends OperationId> = NonNullable<Contract[K]['parameters']['query']>
type Header<K extends OperationId> = NonNullable<Contract[K]['parameters']['header']>

type Body<K extends OperationId> = Contract[K] extends {
  requestBody: { content: { 'application/json': infer B } }
}
  ? B
  : Contract[K] extends { requestBody?: { content: { 'application/json': infer B } } }
    ? B | undefined
    : undefined

/** What all handlers of a router share. */
export interface Services {
  readonly manager: TaskManager
  readonly wire: Wire
  readonly events: Broadcaster
  /** How often an open stream is told that it still lives, in ms. */
  readonly heartbeat: number
}

/** One validated request of an operation, as the API document describes it. */
export interface Call<K extends OperationId> extends Services {
  readonly rights: Rights
  readonly params: Params<K>
  readonly query: Query<K>
  /** By their names in lower case. */
  readonly headers: { readonly [Name in keyof Header<K> as Lowercase<Name & string>]: Header<K>[Name] }
  readonly body: Body<K>
  /** Looks at the request's rights again, for streams that stay open. */
  renew(): Promise<Rights>
  /** The one of these media types that the client likes best. @throws {MajordomoError} `not-acceptable` */
  accepted<T extends string>(types: readonly T[]): T
  /** A path below the mount as a relative reference: it is right under any mount and behind any proxy's prefix. */
  link(path: string): string
  /** Whether only the head of the answer is asked for: its stream is not begun. */
  readonly head: boolean
  /** What came in the body's place beside it: files of a form, that wait for the task they are for. */
  readonly files: Upload | undefined
  /** The token of an `Authorization: Bearer`. */
  bearer(): string | undefined
  /** Aborts when the client leaves before it is answered. */
  left(): AbortSignal
}

type Content<R> = R extends { content: infer C }
  ? {
      [T in keyof C]: T extends 'application/json'
        ? { readonly body: C[T] }
        : T extends '*/*' | 'application/gzip'
          ? { readonly type: string; readonly content: Stream }
          : { readonly type: T; readonly stream: Stream }
    }[keyof C]
  : { readonly body?: never }

/** Writes an answer bit by bit, for as long as it takes. */
export type Stream = (to: Outgoing) => Promise<void> | void

/** One of the answers that the document lists for the operation. */
export type Reply<K extends OperationId> = {
  [Status in keyof Contract[K]['responses'] & number]: { readonly status: Status } & Content<
    Contract[K]['responses'][Status]
  >
}[keyof Contract[K]['responses'] & number] & { readonly headers?: Readonly<Record<string, string>> }

/** Any reply of any operation, for the one who sends it. */
export interface AnyReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly type?: string
  /** Text, each part of which is to be seen at once. */
  readonly stream?: Stream
  /** Bytes of whatever type, which the headers tell about. */
  readonly content?: Stream
}

/** Answers one operation: looks at the rights, asks the manager, and gives the answer its form. */
export type Handler<K extends OperationId> = (call: Call<K>) => Reply<K> | Promise<Reply<K>>

/** One for each operation of the document, and no other. */
export type Handlers = { readonly [K in OperationId]: Handler<K> }
