export { taskFormat, type TaskFormatOptions } from './format.ts'
export { TaskLogTransport, type TaskLogTransportOptions } from './transport.ts'
