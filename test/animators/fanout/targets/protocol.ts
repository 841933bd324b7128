/**
 * How targets are reached: HTTP/1.1 without and with TLS, with TLS and a client certificate that must be there, HTTP/2
 * where ALPN agrees on it (and HTTP/1.1 else), HTTP/2 by prior knowledge, and HTTP/1.1 over a unix domain socket.
 */
export const KINDS = ['http', 'https', 'mtls', 'h2', 'h2c', 'unix'] as const
export type Kind = (typeof KINDS)[number]

export interface TargetOptions {
  /** `['http']` by default; the first is the one that `url()` means. */
  readonly kinds?: readonly Kind[]
  /** How many of 127.0.0.1, 127.0.0.2, … listen, 1 to 250; 1 by default. */
  readonly addresses?: number
  /** How many ports of each address, for each kind; 1 by default. */
  readonly ports?: number
  /** The most streams of an HTTP/2 connection that are announced; 1,000 by default. */
  readonly maxStreams?: number
}

/** What the targets saw. `open` is as it is now; all else since the start or the last `reset()`. */
export interface Counts {
  /** Connections that were accepted. */
  accepted: number
  /** Connections that are open. */
  open: number
  /** The most that were open at once. */
  peak: number
  /** TLS handshakes that succeeded, and how many of them resumed a session. */
  handshakes: number
  resumed: number
  requests: number
  /** Requests on a connection that had one before. */
  reused: number
  /** Requests that wait for their answer, or for its end. */
  inFlight: number
  /** Connections that the other side reset; leaving an answer unread does that too. */
  resets: number
  /** Streams of HTTP/2 that the other side reset. */
  streamResets: number
}

/** Where one kind of target listens. */
export interface ListenerInfo {
  readonly kind: Kind
  /** Address and port, or path of the socket and 0. */
  readonly address: string
  readonly port: number
}

/** What the child process is started with. */
export interface ChildOptions {
  readonly kinds: readonly Kind[]
  readonly addresses: number
  readonly ports: number
  readonly maxStreams: number
  /** Where certificates lie, and where the socket goes. */
  readonly folder: string
}

/** What the targets are asked, and what they answer. */
export interface Asked {
  counts: { question: object; answer: { total: Counts; listeners: Counts[] } }
  seen: { question: object; answer: Record<string, number> }
  reset: { question: object; answer: null }
  when: { question: { counts: Partial<Counts>; atLeast: boolean }; answer: Counts }
  held: { question: { gate: string; count: number }; answer: number }
  open: { question: { gate: string }; answer: number }
  shut: { question: { gate: string }; answer: null }
  closeIdle: { question: object; answer: number }
  resetAll: { question: object; answer: number }
}

export type Ask = keyof Asked
export type Question = { [A in Ask]: { call: number; ask: A } & Asked[A]['question'] }[Ask]
export type Word = { listeners: ListenerInfo[] } | { call: number; answer: unknown }
