import { expect } from 'chai'
import type { Animator, Manager, TaskOps } from '../../src/index.ts'
import { localFiles } from '../../src/files/index.ts'
import { processRunner } from '../../src/animators/process/index.ts'
import { SharedMemory } from '../engine/shared-memory.ts'
import { settled } from '../../src/testing/index.ts'
import { scratchFolders } from '../faults/scratch.ts'
import { useManagers } from './managers.ts'
import { door, refusal } from './promises.ts'

describe('What processes print where workers keep their files for themselves', () => {
  const make = useManagers()
  const scratch = scratchFolders()

  /** Two workers of one store; all runs go on at the first, and the second knows of its operations what it is told. */
  async function workers(animators: Readonly<Record<string, Animator>>) {
    const engine = new SharedMemory()
    const own = async (from: SharedMemory) =>
      make({ engine: from, files: localFiles(await scratch()) }).manager
    const here = await own(engine)
    for (const [name, animator] of Object.entries(animators)) here.register(name, animator)
    await here.open()
    const elsewhere = await own(new SharedMemory(engine))
    await elsewhere.open()
    return { here, elsewhere }
  }
  const printing = () => ({ PRINT: processRunner({ allow: ['echo', 'true'], spawner: false }) as Animator })
  const stdout = { stream: 'stdout' } as const
  const texts = async (manager: Manager, id: string) =>
    (await manager.output(id, stdout)).items.map(({ text }) => text)
  const followed = async (manager: Manager, id: string) => {
    const lines: (string | undefined)[] = []
    for await (const { text } of manager.follow(id, stdout)) lines.push(text)
    return lines
  }

  it('is read where they ran, and refused where it cannot be, by pages and by following', async () => {
    const { here, elsewhere } = await workers(printing())
    const { task } = await elsewhere.create('PRINT', { command: ['echo', 'hello'] })
    await here.waitFor(task.id)
    expect(await texts(here, task.id)).to.deep.equal(['hello'])
    expect(await followed(here, task.id)).to.deep.equal(['hello'])
    await refusal('files-elsewhere', elsewhere.files(task.id))
    await refusal('files-elsewhere', elsewhere.output(task.id, stdout))
    await refusal('files-elsewhere', elsewhere.output(task.id, { ...stdout, after: 6 }))
    await refusal('files-elsewhere', elsewhere.output(task.id, { stream: 'stderr', tail: 10 }))
    await refusal('files-elsewhere', followed(elsewhere, task.id))
    expect((await elsewhere.output(task.id, { stream: 'log' })).items).to.deep.equal([])
  })

  it('is nothing, and no fault, of a process that printed nothing', async () => {
    const { here } = await workers(printing())
    const { task } = await here.create('PRINT', { command: ['true'] })
    await here.waitFor(task.id)
    expect(await texts(here, task.id)).to.deep.equal([])
    expect(await followed(here, task.id)).to.deep.equal([])
  })

  it('is nothing yet of a task that never ran; whoever follows it is told when it runs elsewhere', async () => {
    const { here, elsewhere } = await workers(printing())
    const { task } = await here.create('PRINT', { command: ['echo', 'hello'] }, { autoStart: false })
    expect(await texts(elsewhere, task.id)).to.deep.equal([])
    const follower = followed(here, task.id)
    const other = refusal('files-elsewhere', followed(elsewhere, task.id))
    await here.update(task.id, { state: 'ACTIVE' })
    await other
    expect(await follower).to.deep.equal(['hello'])
    const { task: canceled } = await here.create('PRINT', { command: ['true'] }, { autoStart: false })
    await here.cancel(canceled.id)
    expect(await texts(elsewhere, canceled.id)).to.deep.equal([])
    expect(await followed(elsewhere, canceled.id)).to.deep.equal([])
  })

  it('is waited for where it runs, also before there is a folder for it', async () => {
    const ops = door<TaskOps>()
    const end = door()
    const { here, elsewhere } = await workers({
      LATE: {
        files: true,
        async run(own) {
          ops.open(own)
          await end.opened
          own.output('stdout').write('at last')
        },
      },
    })
    const { task } = await here.create('LATE')
    await ops.opened
    expect(await texts(here, task.id)).to.deep.equal([])
    const follower = followed(here, task.id)
    await refusal('files-elsewhere', elsewhere.output(task.id, stdout))
    end.open()
    await here.waitFor(task.id)
    expect(await follower).to.deep.equal(['at last'])
    // An animator wrote it: it is in the engine, for all.
    expect(await texts(elsewhere, task.id)).to.deep.equal(['at last'])
    expect((await elsewhere.output(task.id, { ...stdout, after: 1 })).items).to.deep.equal([])
    expect(await followed(elsewhere, task.id)).to.deep.equal(['at last'])
  })

  it('is not missed where the word that it may run there is still on its way', async () => {
    const engine = new SharedMemory()
    const claim = engine.claim.bind(engine)
    const claimed = door()
    const answered = door()
    engine.claim = async (wish) => {
      const claims = await claim(wish)
      if (claims.length === 0) return claims
      claimed.open()
      await answered.opened
      return claims
    }
    const { manager } = make({ engine, files: localFiles(await scratch()) })
    manager.register('PRINT', printing().PRINT)
    const { task } = await manager.create('PRINT', { command: ['echo', 'hello'] })
    await claimed.opened
    const follower = followed(manager, task.id)
    const page = texts(manager, task.id)
    await settled()
    answered.open()
    expect(await page).to.deep.equal([])
    expect(await follower).to.deep.equal(['hello'])
  })

  it('is not missed of an operation that has nothing to do with files', async () => {
    const { here, elsewhere } = await workers({ QUIET: { run: () => {} } })
    const { task } = await here.create('QUIET')
    await here.waitFor(task.id)
    expect(await texts(elsewhere, task.id)).to.deep.equal([])
    expect(await followed(elsewhere, task.id)).to.deep.equal([])
  })
})
