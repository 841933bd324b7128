import { Type } from '@sinclair/typebox'
import { expect } from 'chai'
import { Manager, type CreateResult, type Json, type Task, type TaskOps } from '../../src/index.ts'

/** Compiles only where both types are the same. */
function same<A, B>(yes: [A] extends [B] ? ([B] extends [A] ? true : never) : never): void {
  expect(yes).to.equal(true)
}

const Purge = Type.Object({ folder: Type.String(), days: Type.Integer({ default: 30 }) })

describe('The types of a manager', () => {
  it('know the arguments that a TypeBox schema describes, in run and in validate', async () => {
    const manager = new Manager()
    manager.register('PURGE', {
      args: Purge,
      validate(args) {
        same<typeof args, { folder: string; days: number }>(true)
        // @ts-expect-error -- the schema has no such property
        void args.fodler
      },
      run({ args, get }) {
        same<typeof args.folder, string>(true)
        same<ReturnType<typeof get>['args'], { folder: string; days: number }>(true)
        // @ts-expect-error -- days is a number
        const text: string = args.days
        return text
      },
    })
    const { task } = await manager.create('PURGE', { folder: '/tmp' })
    expect(await manager.waitFor(task.id)).to.deep.include({ result: 30 })
    await manager.close()
  })

  it('leave the arguments of a plain JSON Schema, or of none, to the animator', () => {
    new Manager()
      .register('PLAIN', { args: { type: 'object' }, run: ({ args }) => args.whatever.it.is })
      .register('NONE', { run: ({ args }: TaskOps<{ n: number }>) => args.n.toFixed() })
  })

  it('refuse what would not work', () => {
    const manager = new Manager()
    const compiled = (): void => {
      // @ts-expect-error -- an animator runs
      manager.register('A', { summary: 'does nothing' })
      // @ts-expect-error -- timout is no option
      manager.register('A', { run: () => {}, timout: '1s' })
      // @ts-expect-error -- a limit is a number
      manager.register('A', { run: () => {}, retry: { limit: 'three' } })
      // @ts-expect-error -- nobody sets a task NEW
      manager.register('A', { run: (ops) => ops.setState('NEW') })
      // @ts-expect-error -- there is no such stream
      manager.register('A', { run: (ops) => ops.output('logs').write('x') })
      // @ts-expect-error -- tags are strings
      void manager.create('A', {}, { tags: [1] })
      // @ts-expect-error -- there is no such state
      void manager.update('id', { state: 'DONE' })
      // @ts-expect-error -- what the manager knows not, it does not take
      void new Manager({ concurency: 1 })
    }
    expect(compiled).to.be.a('function')
  })

  it('tell that a terminal setState does not return, and that snapshots do not change', () => {
    const run = (ops: TaskOps): string => {
      if (ops.attempt > 1) ops.setState('SKIPPED')
      else return 'first'
    }
    const change = (task: Task, { duplicate }: CreateResult): boolean => {
      // @ts-expect-error -- a task is a snapshot
      task.state = 'NEW'
      // @ts-expect-error -- and so is all that it has
      task.tags.push('x')
      return duplicate
    }
    same<Task['result'], Json | undefined>(true)
    expect([run, change]).to.have.length(2)
  })
})
