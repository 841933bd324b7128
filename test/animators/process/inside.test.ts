import { expect } from 'chai'
import { existsSync } from 'node:fs'
import type { Progress } from '../../../src/index.ts'
import { nextEvent } from '../../../src/testing/waiting.ts'
import { Host } from './host.ts'

describe('a process that tells how far it is', () => {
  let host: Host
  beforeEach(() => (host = new Host({ url: 'http://127.0.0.1:1/chores/', shells: ['sh'] })))
  afterEach(() => host.manager.close({ grace: 0 }))

  const reaches = (percent: number): Promise<unknown> =>
    nextEvent(host.manager, ({ task }) => task.progress?.percent === percent)

  /** What the script tells at its end. */
  async function last(script: string, more = {}): Promise<Progress | undefined> {
    const task = await host.run({ script, ...more })
    expect(task.state).to.equal('SUCCEEDED')
    return task.progress
  }

  it('is heard while it runs, by the lines that the caller describes', async () => {
    const half = reaches(50)
    const task = await host.start({
      script:
        'echo other; echo "step 1 of 2"; while [ ! -e go ]; do sleep 0.05; done; printf "\\rstep 2 of 2"',
      progress: { line: 'step {done} of {total}' },
    })
    await half
    await host.manager.cancel(task.id)
    await host.end(task.id)
  })

  it('is heard to its last words', async () => {
    const progress = { line: '{percent}% {message}' }
    expect(await last('echo 1% a; printf "2%% b"', { progress })).to.include({ percent: 2, message: 'b' })
    expect(await last('echo 3% c >&2', { progress })).to.include({ percent: 3, message: 'c' })
    expect(await last('echo 3% c >&2', { progress: { ...progress, stream: 'stdout' } })).to.equal(undefined)
    expect(await last('echo 1% a')).to.equal(undefined)
  })

  it('is read from its file, while it runs and at its end', async () => {
    const half = reaches(50)
    const { id } = await host.start({ script: 'echo 50 half > "$MAJORDOMO_PROGRESS_FILE"; exec sleep 60' })
    await half
    await host.manager.cancel(id)
    await host.end(id)
    expect(await last('echo 99 > "$MAJORDOMO_PROGRESS_FILE"')).to.include({ percent: 99 })
  })

  it('finds where else to tell it, with a token that is good while it runs', async () => {
    const told = reaches(10)
    const { id } = await host.start({
      script: 'echo "$MAJORDOMO_PROGRESS_URL $MAJORDOMO_TOKEN"; exec sleep 60',
    })
    const [url, token] = (await host.line(id)).split(' ')
    expect(url).to.equal(`http://127.0.0.1:1/chores/tasks/${id}/progress`)
    await host.manager.report(id, token!, { progress: { percent: 10 } })
    await told
    await host.manager.cancel(id)
    await host.end(id)
  })
})

describe('a process within bounds', () => {
  let host: Host | undefined
  afterEach(() => host?.manager.close({ grace: 0 }))

  async function printed(args: object, options = {}): Promise<string[]> {
    host = new Host({ shells: ['sh'], ...options })
    const task = await host.run(args)
    expect(task.state, JSON.stringify(task.error)).to.equal('SUCCEEDED')
    return host.lines(task.id)
  }

  it('has them, and its own exit code', async () => {
    const script = 'ulimit -n; umask; nice'
    expect(await printed({ script, limits: { files: 20 }, umask: '027', nice: 5 })).to.deep.equal([
      '20',
      '0027',
      '5',
    ])
    const failed = await host!.run({ script: 'exit 3', umask: '027' })
    expect(failed.result).to.include({ exitCode: 3 })
  })

  it('is another user in a folder of its own, with its script, its input, its outputs and its progress file', async function () {
    if (process.geteuid?.() !== 0) return this.skip()
    const script = `id -u; id -G; cat; touch made && echo made; echo note > /dev/stderr; mkdir -p deep/er
      cd "$(dirname "$MAJORDOMO_PROGRESS_FILE")" && echo 7 > new && mv new progress; dirname "$MAJORDOMO_PROGRESS_FILE"`
    const lines = await printed({ script, stdin: 'input\n', user: 'nobody' }, { users: ['nobody'] })
    expect(lines.slice(0, 4)).to.deep.equal(['65534', '65534', 'input', 'made'])
    const [task] = (await host!.manager.list()).items
    expect(task!.progress).to.include({ percent: 7 })
    expect(existsSync(lines[4]!)).to.equal(false)
  })
})
