import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { processRunner, type ProcessRunnerOptions } from '../../../../src/animators/process/index.ts'
import { faults, IS_ROOT, plan, printed } from './planned.ts'

const idOf = (kind: string, name: string): string =>
  spawnSync('id', [kind, name], { encoding: 'utf8' }).stdout.trim()

describe('as whom a process runs', () => {
  const NOBODY = Number(idOf('-u', 'nobody'))
  const NOGROUP = Number(idOf('-g', 'nobody'))
  const everything = ['sh', '-c', 'id -u; id -g; id -G']

  before(function () {
    if (!IS_ROOT) this.skip()
  })

  /** This process has more groups than its own while `work` goes on. */
  async function withGroups<T>(work: () => Promise<T>): Promise<T> {
    const before = process.getgroups!()
    process.setgroups!([0, 4, 20])
    try {
      return await work()
    } finally {
      process.setgroups!(before)
    }
  }

  it('is another user with no group of the service left', async () => {
    const told = await withGroups(() =>
      printed({ command: everything, user: 'nobody' }, { users: ['nobody'] }),
    )
    expect(told.split('\n')).to.deep.equal([`${NOBODY}`, `${NOGROUP}`, `${NOGROUP}`])
  })

  it('is the host’s choice where the caller makes none, and never root by leaving something out', async () => {
    expect(await printed({ command: everything }, { user: 'nobody', group: 'daemon' })).to.equal(
      [NOBODY, idOf('-g', 'daemon'), idOf('-g', 'daemon')].join('\n'),
    )
    const other = await plan(
      { command: everything, user: 'nobody' },
      { user: 'daemon', group: 0, users: 'any' },
    )
    expect(other).to.include({ uid: NOBODY, gid: NOGROUP })
  })

  it('is a number, for which the machine need not have a name', async () => {
    const options = { users: 'any', groups: 'any' } as const
    expect(await plan({ command: ['true'], user: 54_321, group: 54_322 }, options)).to.include({
      uid: 54_321,
      gid: 54_322,
    })
    expect(await plan({ command: ['true'], user: String(NOBODY) }, options)).to.include({ gid: NOGROUP })
    expect(await faults({ user: 54_321 }, options)).to.deep.equal([
      '/group has to be said for the user 54321, whom this machine does not know',
    ])
    expect(await faults({ user: '4294967295', group: 0 }, options)).to.have.length(1)
  })

  it('is a group alone, with no others', async () => {
    const told = await withGroups(() =>
      printed({ command: everything, group: 'daemon' }, { groups: ['daemon'] }),
    )
    expect(told.split('\n').slice(1)).to.deep.equal([idOf('-g', 'daemon'), idOf('-g', 'daemon')])
  })

  it('is nobody whom the host does not list', async () => {
    expect(await faults({ user: 'nobody' })).to.deep.equal([
      '/user "nobody" is not among the users that this service lets callers choose',
    ])
    expect(await faults({ user: 'root', group: 'root' }, { users: ['nobody'] })).to.have.length(2)
    expect(await faults({ user: NOBODY }, { users: ['nobody'] })).to.have.length(1)
    expect(await faults({ user: 'nobody' }, { user: 'nobody' })).to.deep.equal([])
  })

  it('has to be named in one of its forms', async () => {
    expect(await faults({ user: '-1' }, { users: 'any' })).to.have.length(1)
    expect(await faults({ user: -1 }, { users: 'any' })).to.have.length(1)
    expect(await faults({ user: '' }, { users: 'any' })).to.have.length(1)
  })

  it('is nobody whom the machine does not know', async () => {
    const options = { users: 'any', groups: 'any' } as const
    expect(await faults({ user: 'no-such-user' }, options)).to.deep.equal([
      '/user there is no user "no-such-user" on this machine',
    ])
    expect(await faults({ user: 'nobody', group: 'no-such-group' }, options)).to.deep.equal([
      '/group there is no group "no-such-group" on this machine',
    ])
  })

  it('is refused to a service that is not root, unless it is itself', async () => {
    process.setegid!(NOGROUP)
    process.seteuid!(NOBODY)
    try {
      const options = { users: 'any' } as const
      expect(await faults({ user: 'daemon' }, options)).to.deep.equal([
        '/user needs a service that runs as root, and this one does not',
      ])
      expect(await plan({ command: ['true'], user: 'nobody' }, options)).to.include({ uid: undefined })
    } finally {
      process.seteuid!(0)
      process.setegid!(0)
    }
  })

  it('has to be said in the right form', () => {
    const wrong: [unknown, RegExp][] = [
      [{ user: '-u' }, /"user"/],
      [{ user: 'a:b' }, /"user"/],
      [{ user: -1 }, /"user"/],
      [{ group: 2 ** 31 }, /"group"/],
      [{ users: 'nobody' }, /"users"/],
      [{ users: ['a', 'b c'] }, /"users\/1"/],
      [{ groups: [null] }, /"groups\/0"/],
    ]
    for (const [options, message] of wrong)
      expect(() => processRunner({ allow: [], ...(options as Partial<ProcessRunnerOptions>) })).to.throw(
        message,
      )
  })
})
