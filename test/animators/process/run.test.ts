import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Host } from './host.ts'

describe('a process as a task', () => {
  let host: Host
  beforeEach(() => (host = new Host()))
  afterEach(() => host.manager.close({ grace: 0 }))

  it('succeeds with its exit code, and keeps what it printed, line by line', async () => {
    const task = await host.run({ script: 'echo one; echo two; echo three >&2' })
    expect(task.state).to.equal('SUCCEEDED')
    expect(task.result).to.include({ exitCode: 0, stdout: 8, stderr: 6 })
    expect(task.result!.wall).to.be.a('number')
    expect(await host.lines(task.id)).to.deep.equal(['one', 'two'])
    expect(await host.lines(task.id, 'stderr')).to.deep.equal(['three'])
  })

  it('is given its arguments as they are, without a shell between', async () => {
    const task = await host.run({ command: ['printf', '%s|', '$HOME', '*', 'a b', ';'] })
    expect(await host.lines(task.id)).to.deep.equal(['$HOME|*|a b|;|'])
  })

  it('fails with its exit code, which the result tells too', async () => {
    const task = await host.run({ script: 'echo almost; exit 3' })
    expect(task.state).to.equal('FAILED')
    expect(task.reason).to.include({ code: 'error', message: 'the process exited with code 3' })
    expect(task.error).to.include({ code: 'exit-code' })
    expect(task.result).to.include({ exitCode: 3 })
  })

  it('succeeds with another exit code where the caller says so', async () => {
    const task = await host.run({ script: 'exit 3', successCodes: [0, 3] })
    expect(task.state).to.equal('SUCCEEDED')
    expect(task.result).to.include({ exitCode: 3 })
  })

  it('tells an exit code of 143 from an end by SIGTERM', async () => {
    expect((await host.run({ script: 'exit 143' })).result).to.include({ exitCode: 143 })
    const killed = await host.run({ script: 'kill -TERM $$' })
    expect(killed.result).to.include({ signal: 'SIGTERM' })
    expect(killed.result).not.to.have.property('exitCode')
    expect(killed.reason!.message).to.equal('the process was ended by SIGTERM')
  })

  it('is tried again as its retry policy says', async () => {
    const task = await host.run({ command: ['false'] }, { retry: { limit: 1, backoff: 1 } })
    expect(task).to.include({ state: 'FAILED', attempt: 2 })
  })

  it('finds only what the host puts into its environment', async () => {
    process.env['TEST_OF_PROCESS'] = 'inherited'
    const options = { set: { A: '1' }, inherit: ['TEST_OF_PROCESS'], accept: ['B', /^C_/] }
    await host.manager.close()
    host = new Host({ env: options })
    const { id } = await host.run({ command: ['env'], env: { B: '2', C_X: '3' } })
    const names = (await host.lines(id)).map((line) => line.split('=')[0]!)
    delete process.env['TEST_OF_PROCESS']
    expect(names.sort()).to.deep.equal(
      [
        ...['A', 'B', 'C_X', 'PATH', 'TEST_OF_PROCESS'],
        ...['PROGRESS_FILE', 'RUN', 'TASK_ID', 'TOKEN'].map((name) => `MAJORDOMO_${name}`),
      ].sort(),
    )
  })

  it('shows neither its environment nor its input to whoever looks at the task', async () => {
    await host.manager.close()
    host = new Host({ env: { accept: 'any' } })
    const { id } = await host.run({ command: ['cat'], env: { PASSWORD: 'hunter2' }, stdin: 'hunter3' })
    expect(JSON.stringify(await host.manager.get(id))).not.to.match(/hunter/)
  })

  it('reads its standard input to the end', async () => {
    const task = await host.run({ command: ['wc', '-c'], stdin: 'x'.repeat(1_000_000) })
    expect(await host.lines(task.id)).to.deep.equal(['1000000'])
  })

  it('may leave its standard input unread', async () => {
    expect((await host.run({ command: ['true'], stdin: 'x'.repeat(1_000_000) })).state).to.equal('SUCCEEDED')
  })

  it('runs in the working directory of its task, which goes with that', async () => {
    const { id } = await host.run({ script: 'ls -A; pwd; touch made-here', stdin: 'input' })
    const lines = await host.lines(id)
    expect(lines).to.have.length(1)
    expect(readdirSync(lines[0]!)).to.deep.equal(['made-here'])
    await host.manager.delete(id)
    await host.manager.close()
    expect(() => realpathSync(lines[0]!)).to.throw('ENOENT')
  })

  it('finds there what an earlier attempt has left', async () => {
    const { id } = await host.run(
      { script: 'ls -A; touch "$(date +%s%N)"; exit 1' },
      { retry: { limit: 1, backoff: 1 } },
    )
    expect(await host.lines(id)).to.have.length(1)
  })

  it('leaves no script and no input beside its record', async () => {
    const { id } = await host.run({ script: 'dirname "$0"', stdin: 'input' })
    const [folder] = await host.lines(id)
    expect(folder).to.match(/-run-1$/)
    expect(existsSync(folder!)).to.equal(false)
  })

  it('may open its outputs by name, from a script', async () => {
    const { id } = await host.run({ script: 'echo oops > /dev/stderr' })
    expect(await host.lines(id, 'stderr')).to.deep.equal(['oops'])
  })

  it('runs in a folder that the host allows', async () => {
    await host.manager.close()
    host = new Host({ directories: [tmpdir()] })
    const { id } = await host.run({ command: ['pwd'], cwd: tmpdir() })
    expect(await host.lines(id)).to.deep.equal([realpathSync(tmpdir())])
  })

  it('may print a line without an end, and bytes that are no text', async () => {
    const endless = await host.run({ script: 'head -c 10000000 /dev/zero | tr "\\0" x' })
    expect(endless.result).to.include({ exitCode: 0, stdout: 10_000_000 })
    const { id } = await host.run({ script: `printf 'a\\377b\\n'` })
    expect(await host.lines(id)).to.deep.equal(['a\ufffdb'])
  })

  it('is stopped once it has printed more than it may', async () => {
    const task = await host.run({ command: ['yes'], outputLimit: 100_000 })
    expect(task.state).to.equal('FAILED')
    expect(task.error).to.include({ name: 'ProcessError', code: 'output-limit' })
    expect(task.error).not.to.have.property('stack')
    expect(task.result).to.include({ stopped: 'output-limit', signal: 'SIGTERM' })
  })

  it('leaves no more on disk than it may print, also where it does not stop when it is told to', async () => {
    const task = await host.run({
      script: 'trap "" TERM; head -c 10000000 /dev/zero; kill -KILL $$',
      outputLimit: 100_000,
    })
    expect(task.result).to.include({ stopped: 'output-limit', stdout: 10_000_000 })
    const { dropped } = await host.manager.output(task.id, { stream: 'stdout', tail: 1 })
    expect(10_000_000 - dropped).to.be.within(100_000, 100_000 + 131_072)
  })

  it('loses the oldest of what it printed, where that is asked for', async () => {
    const task = await host.run({
      command: ['seq', '1', '200000'],
      outputLimit: 100_000,
      whenFull: 'drop-oldest',
    })
    expect(task.result).to.include({ exitCode: 0, stdout: 1_288_895 })
    const page = await host.manager.output(task.id, { stream: 'stdout', tail: 1 })
    expect(page.items[0]).to.include({ text: '200000', seq: 1_288_895 })
    const first = await host.manager.output(task.id, { stream: 'stdout', limit: 1 })
    expect(first.dropped).to.be.within(1_000_000, 1_188_895)
  })

  it('goes on when it has closed its outputs', async () => {
    const task = await host.run({ script: 'exec >&- 2>&-; sleep 0.1; exit 4' })
    expect(task.result).to.include({ exitCode: 4 })
  })

  it('tells what it used, where it lived long enough to be looked at', async () => {
    const task = await host.run({ script: 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done' })
    expect(task.result!.usage!.user).to.be.above(0)
    expect(task.result!.usage!.peakMemory).to.be.above(100_000)
  })

  it('waits to be started, is started once, and stays as it ended', async () => {
    const { id } = await host.start({ command: ['echo', 'hello'] }, { autoStart: false })
    expect(await host.manager.get(id)).to.include({ state: 'NEW', waitingFor: 'start' })
    await host.manager.update(id, { state: 'ACTIVE' })
    expect((await host.end(id)).state).to.equal('SUCCEEDED')
    for (const change of [host.manager.update(id, { state: 'ACTIVE' }), host.manager.cancel(id)])
      expect(await change.catch((error: unknown) => error)).to.include({ code: 'task-ended' })
  })

  it('reports on the task what the system refuses', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'majordomo-refused-'))
    const file = join(folder, 'program')
    writeFileSync(file, '#!/no/such/interpreter\n', { mode: 0o755 })
    const task = await host.run({ command: [file] })
    rmSync(folder, { recursive: true })
    expect(task.state).to.equal('FAILED')
    expect(task.error).to.include({ code: 'ENOENT' })
    expect((await host.run({ command: ['true'] })).state).to.equal('SUCCEEDED')
  })

  it('leaves no process, descriptor or folder behind, however many there were', async () => {
    await host.run({ command: ['true'] })
    const before = readdirSync('/proc/self/fd').length
    const folders = runFolders()
    for (let round = 0; round < 5; round++)
      await Promise.all(Array.from({ length: 20 }, () => host.run({ command: ['echo', 'hello'] })))
    expect(readdirSync('/proc/self/fd').length).to.be.at.most(before)
    expect(runFolders()).to.equal(folders)
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    expect(stdout).not.to.match(/^Z/m)
  })
})

function runFolders(): number {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('majordomo-run-')).length
}
