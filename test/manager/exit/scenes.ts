import { Manager } from '../../../src/index.ts'

/** Each scene sets a manager up and leaves it alone; the process has to end, or to go on, by itself. */
const scenes: Record<string, () => Promise<void>> = {
  async neverOpened() {
    new Manager().register('WORK', { run: () => {} }).subscribe(() => {})
  },
  async allEnded() {
    const manager = new Manager({ purgeDelay: '1h', lease: '10s' })
    manager.register('WORK', { run: () => {} }).subscribe(() => {})
    const { task } = await manager.create('WORK', {}, { timeout: '1h' })
    await manager.waitFor(task.id)
  },
  async closed() {
    const manager = new Manager()
    manager.register('WORK', { run: (ops) => ops.waitFor('action') })
    await manager.create('WORK')
    await manager.create('WORK', {}, { delay: '1h' })
    await manager.close({ grace: 0 })
  },
  async closedOnStubborn() {
    const manager = new Manager()
    manager.register('WORK', { cancelGrace: 0, run: () => new Promise(() => {}) })
    await manager.create('WORK')
    await new Promise((resolve) => setImmediate(resolve))
    await manager.close({ grace: 0 })
  },
  async notHeld() {
    const manager = new Manager({ keepAlive: false })
    manager.register('WORK', { run: () => {} })
    await manager.create('WORK', {}, { delay: '1h' })
  },
  async unfinished() {
    const manager = new Manager()
    manager.register('WORK', { run: (ops) => ops.waitFor('action') })
    const ids = {
      delayed: (await manager.create('WORK', {}, { delay: '1h' })).task.id,
      running: (await manager.create('WORK')).task.id,
      held: (await manager.create('WORK', {}, { autoStart: false })).task.id,
    }
    // Input that is not referred to holds nothing open: what does is the manager.
    process.stdin.on('data', (line) => {
      const kind = String(line).trim() as keyof typeof ids
      void ended(kind)
    })
    const ended = async (kind: keyof typeof ids): Promise<void> => {
      await manager.cancel(ids[kind])
      await manager.waitFor(ids[kind])
      console.log(`${kind} ended`)
    }
    ;(process.stdin as unknown as { unref(): void }).unref()
  },
}

await scenes[process.argv[2]!]!()
process.once('beforeExit', () => console.log('the event loop is empty'))
console.log('ready')
