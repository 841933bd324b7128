import { expect } from 'chai'
import { InvalidArguments, type JsonSchema, type Subject } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { rejection } from '../rejection.ts'
import { refusal } from './promises.ts'

const schema: JsonSchema = {
  type: 'object',
  required: ['days', 'folder'],
  additionalProperties: false,
  properties: {
    days: { type: 'integer', minimum: 1 },
    folder: { type: 'string', minLength: 1 },
    mode: { enum: ['dry', 'real'], default: 'dry' },
    since: { type: 'string', format: 'date-time' },
    target: {
      type: 'object',
      properties: { port: { type: 'integer', maximum: 65_535 }, 'a/b': { type: 'boolean' } },
    },
    list: { type: 'array', items: { type: 'number' } },
  },
}

describe('The arguments of a task', () => {
  const make = useManagers()
  const good = { days: 3, folder: '/tmp' }

  function purging() {
    const made = make()
    made.manager.register('PURGE', { args: schema, run: ({ args }) => args })
    return made.manager
  }

  async function faults(args: unknown): Promise<Record<string, string>> {
    const error = await refusal('invalid-arguments', purging().create('PURGE', args))
    return Object.fromEntries(error.faults.map(({ path, message }) => [path, message]))
  }

  it('are told every fault at once, each with its place', async () => {
    const found = await faults({
      days: 0,
      mode: 'wet',
      since: 'yesterday',
      target: { port: 70_000, 'a/b': 1 },
      list: [1, 'two'],
      extra: true,
    })
    expect(found).to.deep.equal({
      '/folder': 'is required',
      '/extra': 'is not known',
      '/days': 'must be >= 1, got 0',
      '/mode': 'must be equal to one of the allowed values: "dry", "real", got "wet"',
      '/since': 'must match format "date-time", got "yesterday"',
      '/target/port': 'must be <= 65535, got 70000',
      '/target/a~1b': 'must be boolean, got 1',
      '/list/1': 'must be number, got "two"',
    })
  })

  it('of the wrong type are told what was expected and what came', async () => {
    expect(await faults({ ...good, days: '3' })).to.deep.equal({ '/days': 'must be integer, got "3"' })
    expect((await faults({ ...good, folder: ['x'.repeat(1000)] }))['/folder']).to.have.length.below(150)
  })

  it('must be an object, and JSON', async () => {
    for (const args of [[], 'text', 5, null, true]) expect(await faults(args)).to.have.all.keys('')
    expect(await faults({ ...good, list: [1, Number.NaN] })).to.have.all.keys('/list/1')
    expect(await faults({ ...good, folder: () => '' })).to.have.all.keys('/folder')
    expect(await faults(JSON.parse('{"__proto__":{"days":3}}'))).to.have.all.keys('/__proto__')
    const round: Record<string, unknown> = { ...good }
    round['target'] = round
    expect(Object.values(await faults(round))[0]).to.contain('contains itself')
  })

  it('may be no larger than the manager takes', async () => {
    const { manager } = make({ maxJson: 100 })
    manager.register('ANY', { run: () => {} })
    const error = await refusal('invalid-arguments', manager.create('ANY', { text: 'x'.repeat(200) }))
    expect(error.message).to.equal(
      '/text makes the whole larger than 100 characters of JSON (option "maxJson")',
    )
    await manager.create('ANY', { text: 'x' })
  })

  it('are completed by the defaults of the schema', async () => {
    const manager = purging()
    const { task } = await manager.create('PURGE', good)
    expect(task.args).to.deep.equal({ ...good, mode: 'dry' })
    expect((await manager.waitFor(task.id)).result).to.deep.equal({ ...good, mode: 'dry' })
  })

  it('are frozen and cut off from the object that the caller gave', async () => {
    const { manager } = make()
    const tries: unknown[] = []
    manager.register('ANY', {
      validate: (args) => void tries.push(attempt(() => (args.list[0] = 9))),
      run: ({ args }) => {
        tries.push(attempt(() => (args.inner.n = 9)))
        return args
      },
    })
    const args = { list: [1], inner: { n: 1 } }
    const created = manager.create('ANY', args)
    args.list.push(2)
    args.inner.n = 2
    const { task } = await created
    expect((await manager.waitFor(task.id)).result).to.deep.equal({ list: [1], inner: { n: 1 } })
    expect(tries).to.deep.equal(['TypeError', 'TypeError'])
    expect(Object.isFrozen(task) && Object.isFrozen(task.args)).to.be.true
  })

  it('are not written back to: defaults do not reach the object of the caller', async () => {
    const args = { ...good }
    await purging().create('PURGE', args)
    expect(args).to.deep.equal(good)
  })

  it('have a schema that is checked when the operation is registered', () => {
    const { manager } = make()
    const register = (args: unknown) => () => manager.register('BAD', { args, run: () => {} })
    expect(register({ type: 'objekt' }))
      .to.throw('"BAD.args"')
      .with.property('code', 'invalid-option')
    expect(register({ type: 'object', propertees: {} })).to.throw('propertees')
    expect(register({ properties: { a: { format: 'no-such-format' } } })).to.throw('no-such-format')
    expect(register({ type: 'object', example: {}, properties: { a: { 'x-order': 1 } } })).not.to.throw()
  })
})

describe("An animator's own check", () => {
  const make = useManagers()

  it('comes after the schema, sees the completed arguments and who asks', async () => {
    const { manager } = make()
    const seen: [unknown, Subject | undefined][] = []
    manager.register('PURGE', {
      args: schema,
      validate: (args, { subject }) => void seen.push([args, subject]),
      run: () => {},
    })
    await refusal('invalid-arguments', manager.create('PURGE', {}))
    await manager.create('PURGE', { days: 1, folder: 'a' }, { subject: { id: 'ann' } })
    expect(seen).to.deep.equal([[{ days: 1, folder: 'a', mode: 'dry' }, { id: 'ann' }]])
  })

  it('refuses by throwing or rejecting, with its own faults', async () => {
    const { manager } = make()
    const fault = [{ path: '/folder', message: 'does not exist' }]
    manager.register('NOW', {
      validate() {
        throw new InvalidArguments(fault)
      },
      run: () => {},
    })
    manager.register('LATER', {
      async validate() {
        await settled()
        throw new InvalidArguments('nothing fits today')
      },
      run: () => {},
    })
    const now = await refusal('invalid-arguments', manager.create('NOW'))
    expect(now.faults).to.deep.equal(fault)
    expect(now.message).to.equal('/folder does not exist')
    const later = await refusal('invalid-arguments', manager.create('LATER'))
    expect(later.faults).to.deep.equal([{ path: '', message: 'nothing fits today' }])
    expect(await manager.count()).to.equal(0)
  })

  it('holds the creation until it has settled, even where it answers a promise of another make', async () => {
    const { manager } = make()
    const thenable = {
      // oxlint-disable-next-line unicorn/no-thenable -- what some promise libraries answer
      then: (_: unknown, reject: (error: Error) => void) => reject(new InvalidArguments('no')),
    }
    manager.register('WORK', { validate: () => thenable as unknown as Promise<void>, run: () => {} })
    await refusal('invalid-arguments', manager.create('WORK'))
  })

  it('that breaks passes its error on, and the manager goes on', async () => {
    const { manager } = make()
    manager.register('WORK', {
      validate({ broken }) {
        if (broken) throw new TypeError('broken')
      },
      run: () => 'done',
    })
    expect(await rejection(manager.create('WORK', { broken: true }))).to.be.instanceOf(TypeError)
    const { task } = await manager.create('WORK', {})
    expect((await manager.waitFor(task.id)).result).to.equal('done')
  })

  it('is called as a method of its animator', async () => {
    class Purge {
      readonly least = 5
      validate({ days }: { days: number }): void {
        if (days < this.least) throw new InvalidArguments(`at least ${this.least}`)
      }
      run(): number {
        return this.least
      }
    }
    const { manager } = make()
    manager.register('PURGE', Object.assign(new Purge(), {}))
    expect((await refusal('invalid-arguments', manager.create('PURGE', { days: 1 }))).message).to.equal(
      'at least 5',
    )
    const { task } = await manager.create('PURGE', { days: 6 })
    expect((await manager.waitFor(task.id)).result).to.equal(5)
  })
})

function attempt(change: () => unknown): string {
  try {
    change()
    return 'changed'
  } catch (error) {
    return (error as Error).name
  }
}
