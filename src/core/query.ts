import type { TaskState } from './states.ts'
import type { Task } from './task.ts'

/** Which tasks a subject may see, as plain data, so that an engine applies it before it counts or pages. */
export interface Visibility {
  /** Operations of which every task may be seen. */
  readonly all: readonly string[]
  /** Operations of which only tasks created by `owner` may be seen. */
  readonly own: readonly string[]
  /** The subject's id. */
  readonly owner?: string
}

export interface TaskFilter {
  /** Any of these. */
  readonly operation?: readonly string[]
  /** Any of these. */
  readonly state?: readonly TaskState[]
  /** All of these. */
  readonly tag?: readonly string[]
  /** Children of this task. */
  readonly parentId?: string
  /** Created at or after, epoch milliseconds. */
  readonly createdSince?: number
  /** Created before, epoch milliseconds. */
  readonly createdUntil?: number
  /** Part of the id, name, operation, a tag, the reason, the progress message or the arguments (without secrets); case is ignored. */
  readonly text?: string
  /** Only what this lets see; everything by default. */
  readonly visible?: Visibility
}

/** `-` means newest (greatest) first. `endedAt` lists ended tasks only. */
export const TASK_SORTS = ['createdAt', '-createdAt', 'endedAt', '-endedAt', 'id', '-id'] as const
export type TaskSort = (typeof TASK_SORTS)[number]

export interface TaskQuery extends TaskFilter {
  /** `-createdAt` by default. */
  readonly sort?: TaskSort
  /** 1 to 1000; 50 by default. */
  readonly limit?: number
  /** From the page before, with the same sort and filters. */
  readonly cursor?: string
}

export interface TaskPage {
  readonly items: readonly Task[]
  /** For the next page; absent at the end. A page may be short of its limit and still have one. */
  readonly cursor?: string
  /** How many tasks fit the filter. */
  readonly total: number
  /** True when counting stopped at `total` ({@link COUNT_LIMIT}). */
  readonly totalCapped?: true
}

/** Counting goes no further than this; a total beyond it is told as this, capped. */
export const COUNT_LIMIT = 10_000
export const DEFAULT_PAGE = 50
export const LARGEST_PAGE = 1000
