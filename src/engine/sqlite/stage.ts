import { isEnded, type TaskState } from '../../core/states.ts'

/** What keeps a NEW task from being claimed, besides a free slot. */
export type Gate = 'start' | 'time' | 'dependency' | 'key'

/**
 * Where a task is, as one number: its state, and while it is NEW what it waits for or at which priority it is ready. So
 * one index finds tasks by state and hands them out in their order. The two stages in which most tasks are cost no byte.
 */
export const Stage = {
  /** May be claimed, at priority 0. */
  READY: 0,
  SUCCEEDED: 1,
  ACTIVE: 2,
  WAITING: 3,
  FAILED: 4,
  CANCELED: 5,
  SKIPPED: 6,
  START: 7,
  TIME: 8,
  DEPENDENCY: 9,
  KEY: 10,
} as const

/** Ready at another priority than 0: this number and the priority. */
const READY_AT = 1_000_000_000_000

const STATES: readonly TaskState[] = [
  'NEW',
  'SUCCEEDED',
  'ACTIVE',
  'WAITING',
  'FAILED',
  'CANCELED',
  'SKIPPED',
]
const GATES = new Map<number, Gate>([
  [Stage.START, 'start'],
  [Stage.TIME, 'time'],
  [Stage.DEPENDENCY, 'dependency'],
  [Stage.KEY, 'key'],
])
const AT_GATE: Readonly<Record<Gate, number>> = {
  start: Stage.START,
  time: Stage.TIME,
  dependency: Stage.DEPENDENCY,
  key: Stage.KEY,
}

export const readyAt = (priority: number): number => (priority === 0 ? Stage.READY : READY_AT + priority)
export const atGate = (gate: Gate): number => AT_GATE[gate]
export const stageOf = (state: Exclude<TaskState, 'NEW'>): number => Stage[state]

export const stateOf = (stage: number): TaskState => STATES[stage] ?? 'NEW'
export const gateOf = (stage: number): Gate | undefined => GATES.get(stage)
export const isReady = (stage: number): boolean => stage === Stage.READY || stage > Stage.KEY
export const isEndStage = (stage: number): boolean => isEnded(stateOf(stage))

/** The priority at which tasks of a ready stage are ready. */
export const priorityOf = (stage: number): number => (stage === Stage.READY ? 0 : stage - READY_AT)
