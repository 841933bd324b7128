import winston, { type Logger } from 'winston'
import { TaskLogTransport, taskFormat } from '../../src/winston/index.ts'

const { combine, errors, timestamp, printf } = winston.format

/** The service's own logger. What is logged inside a run also shows in that task's `log` output, down to `debug`. */
export function createLogger(level = process.env['LOG_LEVEL'] ?? 'info'): Logger {
  return winston.createLogger({
    level: 'debug',
    format: combine(errors({ stack: true }), taskFormat(), timestamp(), printf(line)),
    transports: [new winston.transports.Console({ level, stderrLevels: ['error'] }), new TaskLogTransport()],
  })
}

function line({
  timestamp: time,
  level,
  message,
  operation,
  taskId,
  stack,
  ...fields
}: winston.Logform.TransformableInfo): string {
  const task = taskId === undefined ? '' : ` [${String(operation)} ${String(taskId)}]`
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`
  return `${String(time)} ${level}${task} ${String(message)}${rest}${stack === undefined ? '' : `\n${String(stack)}`}`
}
