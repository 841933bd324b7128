import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { Manager, type Task } from '../../../src/index.ts'
import { pluginRunner, processRunner } from '../../../src/animators/process/index.ts'
import { isAlive } from './host.ts'

/** Tells who has started it, and goes on until it is told to end. */
const WAITS = `trap 'exit 0' TERM; echo $PPID; while :; do sleep 0.02; done`

describe('The animators of a manager that start processes', () => {
  const managers: Manager[] = []
  const make = (): Manager => {
    const manager = new Manager()
      .register('ONE', processRunner({ allow: [], shells: ['bash'] }))
      .register('TWO', processRunner({ allow: ['bash'], killAfter: '1s' }))
      .register('THREE', pluginRunner({ command: ['bash', '-c', WAITS] }))
      .register('FOUR', pluginRunner({ command: ['bash', '-c', WAITS], timeout: '1h' }))
      .register('ITSELF', processRunner({ allow: ['bash'], spawner: false }))
    managers.push(manager)
    return manager
  }
  afterEach(() => Promise.all(managers.splice(0).map((one) => one.close({ grace: 0 }))))

  const start = async (manager: Manager): Promise<Started[]> => {
    const command = { command: ['bash', '-c', WAITS] }
    const all = { ONE: { script: WAITS }, TWO: command, THREE: {}, FOUR: {} }
    return Promise.all(Object.entries(all).map(([name, args]) => startOne(manager, name, args)))
  }

  it('have one spawner together, which is gone with the manager', async () => {
    const manager = make()
    const runs = await start(manager)
    const [spawner] = spawners()
    expect(spawners()).to.have.length(1)
    expect(runs.map(({ parent }) => parent)).to.deep.equal([spawner, spawner, spawner, spawner])
    const itself = await startOne(manager, 'ITSELF', { command: ['bash', '-c', WAITS] })
    expect(itself.parent).to.equal(process.pid)
    await manager.close({ grace: 0 })
    expect(spawners()).to.deep.equal([])
    expect(isAlive(spawner!)).to.equal(false)
  })

  it('lose the runs of all of them with it, and go on with the next one', async () => {
    const manager = make()
    const runs = await start(manager)
    const [first] = spawners()
    process.kill(first!, 'SIGKILL')
    for (const { task } of runs) {
      const end = await manager.waitFor(task.id)
      expect(end).to.include({ state: 'FAILED' })
      expect(end.error).to.include({ code: 'spawner-lost' })
    }
    const again = await start(manager)
    const [second] = spawners()
    expect(second).not.to.equal(first)
    expect(new Set(again.map(({ parent }) => parent))).to.deep.equal(new Set([second]))
  })

  it('keep no manager from closing in its time by a spawner that is suspended, idle as it is', async () => {
    const errors: unknown[] = []
    const logger = { ...console, error: (...told: unknown[]) => void errors.push(told) }
    const manager = new Manager({ logger })
    managers.push(manager)
    manager.register('PROCESS', processRunner({ allow: ['true'] }))
    const { task } = await manager.create('PROCESS', { command: ['true'] })
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
    const [spawner] = spawners()
    process.kill(spawner!, 'SIGSTOP')
    await manager.close({ grace: 0 })
    // A manager that has waited in vain says so.
    expect(errors).to.deep.equal([])
    expect(isAlive(spawner!)).to.equal(false)
  })

  it('have another one in each manager, and lose nothing when one of these closes', async () => {
    const runner = processRunner({ allow: [], shells: ['bash'] })
    const three = [new Manager(), new Manager(), new Manager()]
    managers.push(...three)
    for (const manager of three) manager.register('PROCESS', runner)
    const [closes, stays, idle] = three
    const runs = [
      await startOne(closes!, 'PROCESS', { script: WAITS }),
      await startOne(stays!, 'PROCESS', { script: WAITS }),
    ]
    expect(runs.map(({ parent }) => parent)).to.have.members(spawners())
    expect(spawners()).to.have.length(2)
    await closes!.close({ grace: 0 })
    await idle!.close()
    expect(spawners()).to.deep.equal([runs[1]!.parent])
    expect(await stays!.get(runs[1]!.task.id)).to.include({ state: 'ACTIVE' })
    await startOne(stays!, 'PROCESS', { script: WAITS })
    expect(spawners()).to.deep.equal([runs[1]!.parent])
  })
})

interface Started {
  readonly task: Task
  readonly parent: number
}

async function startOne(manager: Manager, name: string, args: object): Promise<Started> {
  const { task } = await manager.create(name, args)
  for await (const { text } of manager.follow(task.id, { stream: 'stdout' }))
    return { task, parent: Number(text) }
  throw new Error(`${name} ended without a line: ${JSON.stringify(await manager.get(task.id))}`)
}

/** Those that this process has. */
function spawners(): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  })
  return [...stdout.matchAll(/^ *(\d+) majordomo-spawner/gm)].map(([, pid]) => Number(pid))
}
