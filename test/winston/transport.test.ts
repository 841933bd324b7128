import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import winston from 'winston'
import Transport from 'winston-transport'
import { Manager, type OutputEntry, type TaskOps } from '../../src/index.ts'
import { insideTask } from '../../src/core/context.ts'
import { TaskLogTransport, type TaskLogTransportOptions } from '../../src/winston/index.ts'

const { combine, colorize, errors, json, splat } = winston.format

describe('TaskLogTransport', () => {
  let manager: Manager
  beforeEach(() => (manager = new Manager()))
  afterEach(() => manager.close())

  function loggerWith(
    options: winston.LoggerOptions = {},
    transport: TaskLogTransportOptions = {},
  ): winston.Logger {
    return winston.createLogger({ level: 'silly', transports: [new TaskLogTransport(transport)], ...options })
  }

  /** Runs `work` as a task, and answers what is in the task's log afterwards. */
  async function logOf(work: (ops: TaskOps) => unknown): Promise<readonly OutputEntry[]> {
    manager.register('WORK', { run: async (ops) => void (await work(ops)) })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    return (await manager.output(task.id, { stream: 'log' })).items
  }

  const texts = (entries: readonly OutputEntry[]) => entries.map(({ text }) => text)

  it('puts the lines of a run into its log, in order, with level and fields', async () => {
    const logger = loggerWith({ defaultMeta: { service: 'files' } })
    const entries = await logOf(async () => {
      logger.info('found', { files: 2 })
      await turn()
      logger.error('lost')
    })
    expect(entries.map(({ level, text, data }) => ({ level, text, data }))).to.deep.equal([
      { level: 'info', text: 'found', data: { service: 'files', files: 2 } },
      { level: 'error', text: 'lost', data: { service: 'files' } },
    ])
  })

  it('ignores lines outside a run', async () => {
    const logger = loggerWith()
    logger.info('before')
    const entries = await logOf(() => logger.info('inside'))
    logger.info('after')
    expect(texts(entries)).to.deep.equal(['inside'])
  })

  it('ignores lines that come after the end of their run', async () => {
    const logger = loggerWith()
    let late = Promise.resolve()
    let open: () => void = () => undefined
    const entries = await logOf(() => {
      late = new Promise<void>((resolve) => (open = resolve)).then(() => void logger.info('too late'))
      logger.info('in time')
    })
    open()
    await late
    expect(texts(entries)).to.deep.equal(['in time'])
  })

  it('keeps the lines of tasks that run at once apart, though another transport is slow', async () => {
    const slow = new SlowTransport(3 * 60)
    const logger = winston.createLogger({ transports: [new TaskLogTransport(), slow] })
    manager.register('CHATTY', {
      async run(ops) {
        for (let i = 0; i < 60; i++) {
          logger.info(`${ops.id} ${i}`)
          if (i % 7 === 0) await turn()
        }
        await slow.all
      },
    })
    const created = await Promise.all([1, 2, 3].map(() => manager.create('CHATTY')))
    for (const { task } of created) {
      await manager.waitFor(task.id)
      const { items } = await manager.output(task.id, { stream: 'log' })
      expect(texts(items)).to.deep.equal(Array.from({ length: 60 }, (_, i) => `${task.id} ${i}`))
    }
    expect(slow.mostWaiting, 'the logger was held up, or this shows nothing').to.be.greaterThan(0)
  })

  it('takes the lines of child loggers, with their fields', async () => {
    const child = loggerWith().child({ part: 'a' }).child({ piece: 1 })
    const [entry] = await logOf(() => child.warn('from below'))
    expect(entry).to.include({ level: 'warn', text: 'from below' })
    expect(entry?.data).to.deep.equal({ part: 'a', piece: 1 })
  })

  it('takes a transport that is added later, and one that two loggers share', async () => {
    const shared = new TaskLogTransport()
    const one = winston.createLogger({ transports: [new SlowTransport(2)] }).add(shared)
    const two = winston.createLogger().add(shared)
    const entries = await logOf(() => void (one.info('one'), two.info('two')))
    expect(texts(entries)).to.deep.equal(['one', 'two'])
  })

  it('fills in what splat() fills in, and drops colours', async () => {
    const logger = loggerWith({ format: combine(splat(), colorize({ all: true }), json()) })
    const [entry] = await logOf(() => logger.info('%s of %d', 'one', 2, { more: true }))
    expect(entry).to.include({ level: 'info', text: 'one of 2' })
    expect(entry?.data).to.deep.equal({ more: true })
  })

  it('tells an error that is logged by itself, as the message, or beside one, with its stack and code', async () => {
    const logger = loggerWith()
    const error = Object.assign(new Error('no disk'), { code: 'ENOSPC' })
    const entries = await logOf(() => {
      logger.error(error)
      logger.log('error', { message: new Error('inner') })
      logger.error('cannot write', error)
      logger.error('cannot write', { cause: error })
    })
    expect(texts(entries)).to.deep.equal(['no disk', 'inner', 'cannot write no disk', 'cannot write'])
    for (const { data } of entries.slice(0, 3))
      expect(data).to.have.property('stack').that.includes('transport.test.ts')
    expect(entries[2]?.data).to.include({ code: 'ENOSPC' })
    expect(entries[3]?.data).to.have.nested.include({ 'cause.message': 'no disk', 'cause.code': 'ENOSPC' })
  })

  it('tells an error that went through errors() the same', async () => {
    const logger = loggerWith({ format: combine(errors({ stack: true }), json()) })
    const [entry] = await logOf(() => logger.error(new Error('no disk')))
    expect(entry?.text).to.equal('no disk')
    expect(entry?.data).to.have.property('stack')
  })

  it('takes values that JSON cannot hold', async () => {
    const cycle: Record<string, unknown> = { when: new Date(0) }
    cycle['self'] = cycle
    const [entry] = await logOf(() =>
      loggerWith().info('odd', {
        big: 1n,
        not: Number.NaN,
        run: () => 1,
        none: undefined,
        cycle,
        list: [1n],
      }),
    )
    expect(entry?.text).to.equal('odd')
    expect(entry?.data).to.deep.include({ big: '1', not: 'NaN', list: ['1'] })
    expect(entry?.data).to.have.nested.include({ 'cycle.when': '1970-01-01T00:00:00.000Z' })
    expect(entry?.data).not.to.have.property('none')
  })

  it('takes messages that are no texts, and never throws', async () => {
    const logger = loggerWith({ format: { transform: (info) => info } })
    const hostile = {
      get trap(): never {
        throw new Error('trap')
      },
    }
    const entries = await logOf(() => {
      logger.info({ message: { files: 2 } })
      logger.info('hostile', { hostile })
      logger.info(undefined)
      logger.info('still here')
    })
    expect(texts(entries)).to.deep.equal(['{ files: 2 }', 'hostile', 'undefined', 'still here'])
  })

  const cases: [string, Record<string, number>, Record<string, string>][] = [
    [
      'npm',
      winston.config.npm.levels,
      {
        error: 'error',
        warn: 'warn',
        info: 'info',
        http: 'debug',
        verbose: 'debug',
        debug: 'debug',
        silly: 'debug',
      },
    ],
    [
      'syslog',
      winston.config.syslog.levels,
      {
        emerg: 'error',
        alert: 'error',
        crit: 'error',
        error: 'error',
        warning: 'warn',
        notice: 'info',
        info: 'info',
        debug: 'debug',
      },
    ],
    [
      "the host's own, by rank",
      { disaster: 0, error: 1, odd: 2, warn: 3, plain: 4, info: 5, chatter: 6 },
      { disaster: 'error', error: 'error', odd: 'warn', warn: 'warn', plain: 'info', chatter: 'debug' },
    ],
    ['unknown altogether', { one: 0, two: 1 }, { one: 'info', two: 'info' }],
  ]
  for (const [name, levels, meaning] of cases) {
    it(`knows the levels: ${name}`, async () => {
      const logger = loggerWith({ levels, level: Object.keys(levels).at(-1)! })
      const entries = await logOf(() => {
        for (const level of Object.keys(meaning)) logger.log(level, level)
      })
      expect(Object.fromEntries(entries.map(({ text, level }) => [text, level]))).to.deep.equal(meaning)
    })
  }

  it('goes by what it is told of a level before anything else', async () => {
    const levels = { error: 0, audit: 1, info: 2 }
    const logger = loggerWith({ levels, level: 'info' }, { levels: { audit: 'error', info: 'debug' } })
    const entries = await logOf(() => void (logger.log('audit', 'a'), logger.log('info', 'b')))
    expect(entries.map(({ level }) => level)).to.deep.equal(['error', 'debug'])
  })

  it('takes only lines of its own level or above', async () => {
    const logger = loggerWith({}, { level: 'warn' })
    const entries = await logOf(() => void (logger.info('no'), logger.warn('yes')))
    expect(texts(entries)).to.deep.equal(['yes'])
  })

  it('does not come back to itself when taking a line logs another one', () => {
    const logger = loggerWith()
    const taken: string[] = []
    const run = {
      id: 't',
      log(_level: string, message: string) {
        taken.push(message)
        if (taken.length < 100) logger.warn('a line was taken')
      },
    } as TaskOps
    insideTask(run, () => void logger.info('once'))
    expect(taken).to.deep.equal(['once'])
  })

  it('does not come back to itself when the manager logs through the same logger', async () => {
    const logger = loggerWith()
    manager = new Manager({ logger })
    manager.subscribe(() => {
      throw new Error('a listener that fails, so that the manager logs')
    })
    const entries = await logOf((ops) => {
      logger.info('once')
      ops.setProgress({ percent: 50 })
    })
    expect(texts(entries).filter((text) => text === 'once')).to.have.length(1)
    expect(entries.length).to.be.lessThan(5)
  })
})

/** Takes one line per turn of the event loop, so that winston has to hold the others back. */
class SlowTransport extends Transport {
  readonly all: Promise<void>
  mostWaiting = 0
  #missing: number
  #resolve: () => void = () => undefined

  constructor(expected: number) {
    super()
    this.#missing = expected
    this.all = new Promise((resolve) => (this.#resolve = resolve))
  }

  override log(_info: unknown, next: () => void): void {
    this.mostWaiting = Math.max(this.mostWaiting, this.writableLength - 1)
    if (--this.#missing === 0) this.#resolve()
    setImmediate(next)
  }
}
