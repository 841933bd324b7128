import { createHash } from 'node:crypto'
import type { WorkerMode } from '../contract.ts'
import { base, easing, effects } from './lua/base.ts'
import { claiming } from './lua/claim.ts'
import { insertMain, inserting } from './lua/insert.ts'
import { ghosts, keys } from './lua/keys.ts'
import { lifecycle } from './lua/lifecycle.ts'
import { pageMain, planning, tallyMain, walking } from './lua/list.ts'
import { describeMain, limitMain, operationsMain, pauseMain } from './lua/operations.ts'
import { output } from './lua/output.ts'
import { cancelMain, removeMain, updateMain } from './lua/outside.ts'
import { getMain, nextDueMain, readOutputMain } from './lua/read.ts'
import { ready } from './lua/ready.ts'
import { removal, retention } from './lua/retention.ts'
import { changes, rows } from './lua/rows.ts'
import { amendMain, renewMain, settleMain } from './lua/run-writes.ts'
import { fireMain, putScheduleMain, removeScheduleMain, schedulesMain, scheduling } from './lua/schedules.ts'
import { insertPlainMain, storing } from './lua/store.ts'
import { restMain, sweepMain } from './lua/sweep.ts'
import type {
  CancelReply,
  ClaimReply,
  FireReply,
  InsertReply,
  OperationReply,
  OutputReply,
  PageReply,
  RemoveReply,
  RenewReply,
  ScheduleReply,
  SettingsReply,
  TallyReply,
  UpdateReply,
  View,
  WorkerReply,
  WritesReply,
} from './replies.ts'
import { announceMain, dismissMain, inboxMain, setWorkerMain, settingsMain, working } from './lua/workers.ts'

/** A Lua script, which Redis knows by its digest once it has seen it. */
export interface Script<Reply> {
  readonly lua: string
  readonly sha: string
  /** Never there: it says what the script answers. */
  readonly reply?: Reply
}

const READING = [base, rows] as const
const CHANGING = [base, effects, rows, changes, ready] as const
const LIVING = [...CHANGING, keys, ghosts, retention, lifecycle] as const

/** One script for each thing that is done to the store, each of them one step that nobody sees half of. */
export const SCRIPTS = {
  insert: script<readonly InsertReply[]>(...LIVING, storing, inserting, insertMain),
  insertPlain: script<readonly InsertReply[]>(...CHANGING, storing, insertPlainMain),
  claim: script<ClaimReply>(...LIVING, claiming),
  amend: script<WritesReply>(...LIVING, output, amendMain),
  settle: script<WritesReply>(...LIVING, easing, output, settleMain),
  renew: script<RenewReply>(...LIVING, easing, renewMain),
  cancel: script<readonly CancelReply[]>(...LIVING, easing, cancelMain),
  update: script<UpdateReply>(...LIVING, easing, updateMain),
  remove: script<RemoveReply>(...CHANGING, easing, retention, removal, removeMain),
  rest: script<number>(...LIVING, easing, removal, restMain),
  sweep: script<number>(...LIVING, easing, removal, walking, sweepMain),
  nextDue: script<number>(base, nextDueMain),
  get: script<View | null>(...READING, getMain),
  page: script<PageReply>(...READING, walking, planning, pageMain),
  tally: script<TallyReply>(...READING, walking, planning, tallyMain),
  readOutput: script<OutputReply | null>(...READING, readOutputMain),
  operations: script<readonly OperationReply[]>(base, operationsMain),
  pause: script<unknown>(...CHANGING, pauseMain),
  limit: script<unknown>(...CHANGING, limitMain),
  describe: script<unknown>(base, effects, describeMain),
  settings: script<SettingsReply>(base, working, settingsMain),
  announce: script<WorkerMode>(base, effects, working, announceMain),
  dismiss: script<unknown>(base, effects, working, dismissMain),
  setWorker: script<WorkerReply | null>(base, effects, working, setWorkerMain),
  inbox: script<readonly string[]>(base, inboxMain),
  schedules: script<readonly ScheduleReply[]>(base, schedulesMain),
  putSchedule: script<ScheduleReply | null>(base, effects, scheduling, putScheduleMain),
  removeSchedule: script<number>(base, effects, scheduling, removeScheduleMain),
  fire: script<FireReply>(...LIVING, storing, inserting, scheduling, fireMain),
} as const

/**
 * What the first part declares stands outside of the function that the others make up. Lua looks through a list of all
 * captured locals for each one that a function refers to, so those that all refer to would be found last; from an outer
 * function they are only copied.
 */
function script<Reply>(outer: string, ...parts: readonly string[]): Script<Reply> {
  const lua = [outer, 'local function step()', ...parts, 'end', 'return step()'].join('\n')
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}
