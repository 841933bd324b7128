import type { Logger } from './logger.ts'
import type { OutputPage, OutputStream } from './output.ts'

/** Bytes of a file, from whatever has them: a stream, a generator, or all at once. */
export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | Uint8Array | string

/** What lies in a task's working directory. */
export interface FileInfo {
  /**
   * Relative to the working directory, with `/` between its parts. In a name that is not UTF-8 each byte that belongs to no
   * character is `%` and two digits, such as `%E9`, and `%` itself is `%25`.
   */
  readonly path: string
  /** `link` and `other` (pipes, sockets, devices) are listed and never opened. */
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Bytes; 0 for what is not a file. */
  readonly size: number
  /** Epoch milliseconds. */
  readonly modifiedAt: number
}

export interface FileQuery {
  /** Only what lies in this folder and below it. */
  readonly folder?: string
  /** The path after which to go on: the `cursor` of the page before. */
  readonly after?: string
  /** At most so many; 100 by default, 1000 at most. */
  readonly limit?: number
}

/** In the order of their paths, a folder before what lies in it. */
export interface FilePage {
  readonly items: readonly FileInfo[]
  /** The `after` of the next page; absent at the end. */
  readonly cursor?: string
}

/** Which bytes of a file: from `start` to `end`, both among them. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A regular file of a task, opened: what it is called may become another file meanwhile, this one stays. */
export interface OpenFile extends FileInfo {
  /** Changes whenever the content does. */
  readonly tag: string
  /** All of it by default. May be called once; what is open is closed at its end, however it ends. */
  read(range?: ByteRange): AsyncIterable<Uint8Array>
  /** For one that is not read. */
  close(): Promise<void>
}

/** How much may be brought along with a creation. */
export interface UploadLimits {
  /** Files; 100 by default. */
  readonly files: number
  /** Bytes of one file; 100 MiB by default. */
  readonly fileSize: number
  /** Bytes of all of them; 1 GiB by default. */
  readonly totalSize: number
}

/** Files that wait for the task they are for. Give them to `create`, or discard them: one of both has to be done. */
export interface Upload {
  /**
   * Stores a file. The folders of its path are made.
   * @param path relative, with `/` between its parts
   * @throws {MajordomoError} `invalid-request` for a name that cannot be kept or came twice, `payload-too-large` for what is
   * above the limits, `storage-full`; whatever the source of the content throws. Nothing of the file is left then.
   */
  add(path: string, content: Bytes): Promise<FileInfo>
  /** Removes what was stored. Safe to call at any time: what a task has got by now stays. */
  discard(): Promise<void>
}

/** An upload as its store sees it. */
export interface StagedUpload extends Upload {
  /** SHA-256 of each file, by its path, in base64; empty while the file comes. Complete once it was given to a task. */
  readonly digests: ReadonlyMap<string, string>
  /** Makes it the working directory of a task that is about to be stored. */
  give(id: string): Promise<void>
}

/** Where a run has room of its own: all paths are absolute. */
export interface Workspace {
  /** The working directory. What was uploaded lies here, and what earlier attempts left. */
  readonly folder: string
  /** Where what processes print is recorded, byte for byte; nobody but a recorder should write here. */
  readonly record: string
  /** Folder of the store in which runs note which processes they have, for a service that starts after this one was killed. */
  readonly running: string
  /** The record of a stream has grown: those who follow it are told. */
  grew(): void
}

/** Keeps the files of tasks: uploads, working directories, and what processes print. */
export interface FileStore {
  /** Whether all processes that share the engine see the same files. */
  readonly shared: boolean
  /** Folder in which runs note which processes they have. Undefined where nothing outlives this process. */
  readonly running: string | undefined
  open(context: { readonly logger: Logger }): Promise<void>
  close(): Promise<void>
  /** Makes the folders of a task, where they are missing. */
  provide(id: string): Promise<Omit<Workspace, 'grew'>>
  /** Undefined where it has nothing of this task. */
  list(
    id: string,
    query: Required<Pick<FileQuery, 'limit'>> & Omit<FileQuery, 'limit'>,
  ): Promise<FilePage | undefined>
  /** Undefined where there is no such file, or it is not a regular one. */
  openFile(id: string, path: string): Promise<OpenFile | undefined>
  /** All that is there as a tar archive, gzipped; undefined where there is nothing of this task. */
  archive(id: string): Promise<AsyncIterable<Uint8Array> | undefined>
  /** What processes of the task printed, as lines; undefined where nothing was recorded of this stream. */
  readOutput(
    id: string,
    query: {
      readonly stream: OutputStream
      readonly after: number
      readonly limit: number
      readonly tail?: number
      /** Whether bytes behind the last line end are an entry too, a partial one: true once nothing of the task runs. */
      readonly rest?: boolean
    },
  ): Promise<OutputPage | undefined>
  /**
   * The same entries, all that are there by now, by pages that are never empty and hold nothing open while they are looked at.
   * Undefined where nothing was recorded of this stream.
   */
  outputPages(
    id: string,
    query: { readonly stream: OutputStream; readonly after: number; readonly rest?: boolean },
  ): Promise<AsyncIterable<OutputPage> | undefined>
  stage(limits: UploadLimits): Promise<StagedUpload>
  /** A copy of what was uploaded for a task, as it is now; undefined where nothing was. */
  restage(id: string): Promise<StagedUpload | undefined>
  remove(id: string): Promise<void>
  /** Every task that it has something of, and since when (epoch ms). */
  kept(): AsyncIterable<{ readonly id: string; readonly since: number }>
}
