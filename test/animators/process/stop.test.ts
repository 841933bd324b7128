import { expect } from 'chai'
import { Host, isAlive } from './host.ts'

describe('a process that should stop', () => {
  let host: Host
  beforeEach(() => (host = new Host()))
  afterEach(() => host.manager.close({ grace: 0 }))

  it('gets the stop signal, and so does all that it has started', async () => {
    const { id } = await host.start({ script: 'sleep 100 & echo $!; wait' })
    const grandchild = await host.line(id)
    await host.manager.cancel(id, { subject: 'ann' })
    const task = await host.end(id)
    expect(task.state).to.equal('CANCELED')
    expect(task.reason).to.include({ code: 'canceled', by: 'ann' })
    expect(task.result).to.include({ stopped: 'canceled', signal: 'SIGTERM' })
    expect(isAlive(grandchild)).to.equal(false)
  })

  it('may end by itself on a signal of the caller’s choice', async () => {
    const { id } = await host.start({
      script: `trap 'echo bye; exit 7' INT; echo ready; while :; do sleep 0.05; done`,
      stopSignal: 'SIGINT',
    })
    await host.line(id)
    await host.manager.cancel(id)
    const task = await host.end(id)
    expect(task.state).to.equal('CANCELED')
    expect(task.result).to.include({ exitCode: 7, stopped: 'canceled' })
    expect(await host.lines(id)).to.deep.equal(['ready', 'bye'])
  })

  it('gives those whom its leader leaves the same time to end as the leader', async () => {
    const { id } = await host.start({
      script: `(trap 'sleep 0.2; echo in order; exit' TERM; echo ready; while :; do sleep 0.05; done) & wait`,
    })
    await host.line(id)
    await host.manager.cancel(id)
    const task = await host.end(id)
    expect(task.result).to.include({ signal: 'SIGTERM' }).and.not.to.have.property('leftBehind')
    expect(await host.lines(id)).to.deep.equal(['ready', 'in order'])
  })

  it('is killed when it ignores the signal', async () => {
    const { id } = await host.start({
      script: `trap '' TERM; echo $$; while :; do sleep 0.05; done`,
      killAfter: '100ms',
    })
    const pid = await host.line(id)
    await host.manager.cancel(id)
    expect((await host.end(id)).result).to.include({ signal: 'SIGKILL', stopped: 'canceled' })
    expect(isAlive(pid)).to.equal(false)
  })

  it('takes those along that have left its group, also when it stops at once', async () => {
    const { id } = await host.start({
      script: `setsid sh -c 'trap "echo in order; exit" TERM; echo $$; while :; do sleep 0.05; done' & sleep 100`,
      killAfter: '10s',
    })
    const daemon = await host.line(id)
    await host.manager.cancel(id)
    expect((await host.end(id)).result).to.include({ signal: 'SIGTERM' })
    expect(isAlive(daemon)).to.equal(false)
    expect(await host.lines(id)).to.deep.equal([String(daemon), 'in order'])
  })

  it('is found in a session of its own, too', async () => {
    const { id } = await host.start({
      script: `setsid sh -c 'trap "" TERM; echo $$; exec >&- 2>&-; while :; do sleep 0.05; done' & sleep 100`,
      killAfter: '100ms',
    })
    const daemon = await host.line(id)
    await host.manager.close({ grace: 0 })
    expect(isAlive(daemon)).to.equal(false)
  })

  it('leaves nothing of its group running when it ends by itself', async () => {
    const task = await host.run({ script: 'sleep 100 >/dev/null 2>&1 & echo $!' })
    expect(task.state).to.equal('SUCCEEDED')
    expect(task.result).to.include({ leftBehind: true })
    expect(isAlive((await host.lines(task.id))[0]!)).to.equal(false)
  })

  it('times out as its arguments say', async () => {
    const task = await host.run({ command: ['sleep', '100'], timeout: '50ms' })
    expect(task).to.include({ state: 'FAILED' })
    expect(task.reason).to.include({ code: 'timeout', message: 'the process took longer than 50ms' })
    expect(task.result).to.include({ stopped: 'timeout', signal: 'SIGTERM' })
  })

  it('times out as its creation says', async () => {
    const task = await host.run({ command: ['sleep', '100'] }, { timeout: '50ms' })
    expect(task.reason).to.include({ code: 'timeout' })
    expect(task.result).to.include({ stopped: 'timeout' })
  })

  it('is not running any more when the manager has closed', async () => {
    const { id } = await host.start({ script: 'echo $$; exec sleep 100' })
    const pid = await host.line(id)
    const end = host.end(id)
    await host.manager.close({ grace: 0 })
    const task = await end
    expect(task.state).to.equal('CANCELED')
    expect(task.reason).to.include({ code: 'shutdown' })
    expect(isAlive(pid)).to.equal(false)
  })
})
