import type { Handlers } from '../handler.ts'
import { bulkTasks } from './bulk.ts'
import { createTask, rerunTask } from './creation.ts'
import { streamEvents } from './events.ts'
import { listFiles, readArchive, readFile } from './files.ts'
import { getOperation, listOperations, updateOperation } from './operations.ts'
import { readOutput } from './output.ts'
import { reportProgress } from './progress.ts'
import { getDocument, getHealth, getReady, getVersion } from './service.ts'
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  putSchedule,
  runSchedule,
  updateSchedule,
} from './schedules.ts'
import { cancelTask, deleteTask, getTask, listTasks, updateTask } from './tasks.ts'

import { listWorkers, updateWorker } from './workers.ts'

/** The handler of each operation of the API document. One that is missing here, or too many, does not compile. */
export const handlers: Handlers = {
  createTask,
  listTasks,
  bulkTasks,
  getTask,
  updateTask,
  deleteTask,
  cancelTask,
  rerunTask,
  readOutput,
  listFiles,
  readFile,
  readArchive,
  reportProgress,
  streamEvents,
  listOperations,
  getOperation,
  updateOperation,
  listSchedules,
  createSchedule,
  getSchedule,
  putSchedule,
  updateSchedule,
  deleteSchedule,
  runSchedule,
  listWorkers,
  updateWorker,
  getHealth,
  getReady,
  getVersion,
  getDocument,
}
