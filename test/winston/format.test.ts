import { expect } from 'chai'
import winston from 'winston'
import Transport from 'winston-transport'
import { Manager } from '../../src/index.ts'
import { taskFormat } from '../../src/winston/index.ts'

/** Keeps the lines as they come out of the formats. */
class Kept extends Transport {
  readonly lines: Record<string, unknown>[] = []
  override log(info: Record<string, unknown>, next: () => void): void {
    this.lines.push({ ...info })
    next()
  }
}

describe('taskFormat', () => {
  let manager: Manager
  let kept: Kept
  beforeEach(() => {
    manager = new Manager()
    kept = new Kept()
  })
  afterEach(() => manager.close())

  async function run(work: () => void): Promise<string> {
    manager.register('WORK', { run: work })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    return task.id
  }

  it("adds the task's id and operation to lines inside a run, and to no others", async () => {
    const logger = winston.createLogger({ format: taskFormat(), transports: [kept] })
    logger.info('before')
    const taskId = await run(() => logger.info('inside'))
    expect(kept.lines).to.deep.include({ level: 'info', message: 'before', ...symbols(kept.lines[0]!) })
    expect(kept.lines[1]).to.include({ message: 'inside', taskId, operation: 'WORK' })
    expect(kept.lines[0]).not.to.have.any.keys('taskId', 'operation')
  })

  it('uses the names that it is given', async () => {
    const format = taskFormat({ id: 'job', operation: 'kind' })
    const logger = winston.createLogger({ format, transports: [kept] })
    const job = await run(() => logger.info('inside'))
    expect(kept.lines[0]).to.include({ job, kind: 'WORK' })
  })

  it('leaves fields alone that the line has already', async () => {
    const logger = winston.createLogger({ format: taskFormat(), transports: [kept] })
    await run(() => logger.info('about another', { taskId: 'other' }))
    expect(kept.lines[0]).to.include({ taskId: 'other', operation: 'WORK' })
  })
})

function symbols(line: object): object {
  return Object.fromEntries(Object.getOwnPropertySymbols(line).map((name) => [name, Reflect.get(line, name)]))
}
