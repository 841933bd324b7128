// Made by scripts/generate.ts from api/openapi.yaml. Do not edit.
/**
 * Where each operation of the API is found. `body` tells whether a request has one, `form` that it may be a form with files, and
 * `rest` that the last parameter is all that is left of the path.
 */
export const operations = {
  listTasks: { method: 'get', path: '/tasks', body: 'none' },
  createTask: { method: 'post', path: '/tasks', body: 'required', form: true },
  bulkTasks: { method: 'post', path: '/tasks/bulk', body: 'required' },
  getTask: { method: 'get', path: '/tasks/{id}', body: 'none' },
  updateTask: { method: 'patch', path: '/tasks/{id}', body: 'required' },
  deleteTask: { method: 'delete', path: '/tasks/{id}', body: 'none' },
  cancelTask: { method: 'post', path: '/tasks/{id}/cancel', body: 'optional' },
  rerunTask: { method: 'post', path: '/tasks/{id}/rerun', body: 'optional' },
  readOutput: { method: 'get', path: '/tasks/{id}/output', body: 'none' },
  listFiles: { method: 'get', path: '/tasks/{id}/files', body: 'none' },
  readFile: { method: 'get', path: '/tasks/{id}/files/{path}', body: 'none', rest: true },
  readArchive: { method: 'get', path: '/tasks/{id}/files.tar.gz', body: 'none' },
  reportProgress: { method: 'post', path: '/tasks/{id}/progress', body: 'required' },
  streamEvents: { method: 'get', path: '/events', body: 'none' },
  listOperations: { method: 'get', path: '/operations', body: 'none' },
  getOperation: { method: 'get', path: '/operations/{name}', body: 'none' },
  updateOperation: { method: 'patch', path: '/operations/{name}', body: 'required' },
  listSchedules: { method: 'get', path: '/schedules', body: 'none' },
  createSchedule: { method: 'post', path: '/schedules', body: 'required' },
  getSchedule: { method: 'get', path: '/schedules/{name}', body: 'none' },
  putSchedule: { method: 'put', path: '/schedules/{name}', body: 'required' },
  updateSchedule: { method: 'patch', path: '/schedules/{name}', body: 'required' },
  deleteSchedule: { method: 'delete', path: '/schedules/{name}', body: 'none' },
  runSchedule: { method: 'post', path: '/schedules/{name}/run', body: 'optional' },
  listWorkers: { method: 'get', path: '/workers', body: 'none' },
  updateWorker: { method: 'patch', path: '/workers/{id}', body: 'required' },
  getHealth: { method: 'get', path: '/health', body: 'none' },
  getReady: { method: 'get', path: '/ready', body: 'none' },
  getVersion: { method: 'get', path: '/version', body: 'none' },
  getDocument: { method: 'get', path: '/openapi.json', body: 'none' },
} as const

export type OperationId = keyof typeof operations
