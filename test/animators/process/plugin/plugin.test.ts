import { expect } from 'chai'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pluginRunner, type PluginOptions } from '../../../../src/animators/process/index.ts'
import { Manager, type Json, type MajordomoError, type Task } from '../../../../src/index.ts'
import { nextEvent } from '../../../../src/testing/waiting.ts'
import { rejection } from '../../../rejection.ts'

describe('a plug-in as an animator', () => {
  let folder: string
  let manager: Manager
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'majordomo-plugin-'))
    manager = new Manager()
  })
  afterEach(async () => {
    await manager.close({ grace: 0 })
    rmSync(folder, { recursive: true })
  })

  /** Registers a script as the operation PLUGIN. */
  function plugin(script: string, options: Partial<PluginOptions> = {}): void {
    const file = join(folder, 'plugin')
    writeFileSync(file, `#!/bin/sh\n${script}\n`)
    chmodSync(file, 0o755)
    manager.register('PLUGIN', pluginRunner({ command: [file], ...options }))
  }

  async function run(args: Json = {}, options = {}): Promise<Task> {
    const { task } = await manager.create('PLUGIN', args, options)
    return manager.waitFor(task.id, { timeout: '20s' })
  }

  async function lines(id: string, stream: 'log' | 'stderr'): Promise<unknown[]> {
    const { items } = await manager.output(id, { stream, limit: 1000 })
    return items.map(({ level, text, data }) => ({ level, text, ...(data === undefined ? {} : { data }) }))
  }

  it('is given its task and arguments as one line of JSON', async () => {
    plugin(`read -r line; printf '{"result": %s}\\n' "$line"`)
    const task = await run({ a: 'é\n', n: 1 }, { tags: ['x'], subject: 'ann' })
    expect(task.state).to.equal('SUCCEEDED')
    expect(task.result).to.deep.equal({
      protocol: 1,
      task: { id: task.id, operation: 'PLUGIN', attempt: 1, tags: ['x'], createdBy: 'ann' },
      args: { a: 'é\n', n: 1 },
    })
  })

  it('tells its progress, its log and its result', async () => {
    plugin(`
      echo '{"progress": {"percent": 10, "message": "begin"}}'
      echo '{"log": {"level": "warn", "message": "odd", "fields": {"a": 1}}}'
      echo plain
      echo '{"result": {"rows": 3}}'
      echo '{"progress": {"done": 1, "total": 2}}'
      echo note >&2`)
    const task = await run()
    expect(task).to.deep.include({ state: 'SUCCEEDED', result: { rows: 3 } })
    expect(task.progress).to.include({ percent: 50, done: 1, total: 2 })
    expect(await lines(task.id, 'log')).to.deep.equal([
      { level: 'warn', text: 'odd', data: { a: 1 } },
      { level: 'info', text: 'plain' },
    ])
    expect(await lines(task.id, 'stderr')).to.deep.equal([{ level: undefined, text: 'note' }])
  })

  it('may have no result', async () => {
    plugin('true')
    const task = await run()
    expect(task.state).to.equal('SUCCEEDED')
    expect(task.result).to.equal(undefined)
  })

  it('tells its progress while it runs', async () => {
    plugin(`echo '{"progress": {"percent": 10}}'; echo ready >&2; while :; do sleep 0.05; done`)
    const told = nextEvent(manager, ({ task }) => task.progress?.percent === 10)
    const { task } = await manager.create('PLUGIN')
    expect((await told).task.state).to.equal('ACTIVE')
    await manager.cancel(task.id)
    expect((await manager.waitFor(task.id)).state).to.equal('CANCELED')
  })

  it('fails with the error that it tells, and keeps what else it has told', async () => {
    plugin(`echo '{"error": {"message": "no room", "code": "disk-full"}}'; echo noise >&2; exit 3`)
    const task = await run({}, { retry: { limit: 1, backoff: 1 } })
    expect(task).to.include({ state: 'FAILED', attempt: 2 })
    expect(task.error).to.include({ message: 'no room', code: 'disk-full' })
  })

  it('fails with an error that it tells, whatever its exit code', async () => {
    plugin(`echo '{"error": {"message": "no room"}}'`)
    expect((await run()).error).to.include({ message: 'no room' })
  })

  it('is not tried again where it says so', async () => {
    plugin(`echo '{"error": {"message": "never", "retry": false}}'; exit 1`)
    const task = await run({}, { retry: { limit: 3, backoff: 1 } })
    expect(task).to.include({ state: 'FAILED', attempt: 1 })
    expect(task.error).to.include({ message: 'never', code: 'exit-code' })
  })

  it('fails with the last line of its stderr where it tells no error, and leaves the result it had', async () => {
    plugin(`echo '{"result": {"half": true}}'; echo first >&2; echo '  the reason' >&2; echo >&2; exit 3`)
    const task = await run()
    expect(task.state).to.equal('FAILED')
    expect(task.error).to.include({ message: 'the reason', code: 'exit-code' })
    expect(task.result).to.deep.equal({ half: true })
  })

  it('fails with its exit code or signal where it says nothing', async () => {
    plugin('exit 3')
    expect((await run()).error).to.include({ message: 'the process exited with code 3' })
    await manager.close()
    manager = new Manager()
    plugin('kill -9 $$')
    expect((await run()).error).to.include({ message: 'the process was ended by SIGKILL', code: 'SIGKILL' })
  })

  it('is stopped by a cancel and by its timeout as any process is', async () => {
    plugin(`echo '{"progress": {"percent": 1}}'; echo nothing wrong >&2; exec sleep 60`, { timeout: '200ms' })
    const late = await run()
    expect(late).to.include({ state: 'FAILED' })
    expect(late.reason).to.include({ code: 'timeout' })
    expect(late.error!.message).to.match(/told to stop \(timeout\)/)
  })

  it('does not tell its arguments to whoever looks at its task', async () => {
    plugin(`cat >/dev/null; echo '{"result": "done"}'`, {
      args: { type: 'object', properties: { password: { type: 'string', writeOnly: true } } },
    })
    expect(JSON.stringify(await run({ password: 'hunter2' }))).not.to.match(/hunter/)
  })

  it('has arguments of the form that the host says', async () => {
    plugin('true', { args: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } })
    const error = await rejection(manager.create('PLUGIN', { n: 'one' }))
    expect(error).to.include({ code: 'invalid-arguments' })
    expect((error as MajordomoError).faults[0]).to.include({ path: '/n' })
  })

  it('may have a line of many pieces, and prints what is no text', async () => {
    plugin(
      `printf '{"result": "'; head -c 500000 /dev/zero | tr '\\0' x; printf '"}\\n'; printf 'a\\377b\\n'`,
    )
    const task = await run()
    expect(task.result).to.equal('x'.repeat(500_000))
    expect(await lines(task.id, 'log')).to.deep.equal([{ level: 'info', text: 'a\ufffdb' }])
  })

  it('is told the version of the protocol, beside the environment that the host sets', async () => {
    plugin(`printf '{"result": ["%s", "%s"]}' "$MAJORDOMO_PROTOCOL" "$A"`, { env: { set: { A: '1' } } })
    expect((await run()).result).to.deep.equal(['1', '1'])
  })

  it('is held to the bounds that its host sets', async () => {
    plugin(`printf '{"result": ["%s", "%s"]}' "$(ulimit -n)" "$(umask)"`, {
      limits: { files: 20 },
      umask: '077',
    })
    expect((await run()).result).to.deep.equal(['20', '0077'])
  })

  it('that is not there is told at the creation', async () => {
    manager.register('PLUGIN', pluginRunner({ command: ['/no/such/plugin'] }))
    const error = await rejection(manager.create('PLUGIN'))
    expect((error as Error).message).to.equal(
      'the plug-in cannot be run here: the executable "/no/such/plugin" is not found',
    )
  })

  it('has to be said in the right form', () => {
    const wrong: [unknown, RegExp][] = [
      [undefined, /"options"/],
      [{}, /"command" to be a list/],
      [{ command: [] }, /"command" to be a list/],
      [{ command: [''] }, /"command\/0"/],
      [{ command: ['a', 1] }, /"command\/1"/],
      [{ command: ['a'], allow: 'any' }, /"allow" to be left out/],
      [{ command: ['a'], users: 'any' }, /"users" to be left out/],
      [{ command: ['a'], timeout: 'soon' }, /"timeout"/],
      [{ command: ['a'], env: 3 }, /"env"/],
      [{ command: ['a'], env: { set: { A: 1 } } }, /"env.set.A"/],
      [{ command: ['a'], tiemout: 1 }, /did you mean "timeout"/],
    ]
    for (const [options, message] of wrong)
      expect(() => pluginRunner(options as PluginOptions)).to.throw(message)
  })
})
