import { expect } from 'chai'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  processRunner,
  type ProcessArgs,
  type ProcessRunnerOptions,
} from '../../../src/animators/process/index.ts'
import { processRules } from '../../../src/animators/process/rules/options.ts'
import { planOf } from '../../../src/animators/process/rules/plan.ts'
import { Manager, MajordomoError } from '../../../src/index.ts'
import { Host } from './host.ts'

describe('what a host lets run', () => {
  let host: Host | undefined
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'majordomo-rules-'))))
  afterEach(async () => {
    await host?.manager.close({ grace: 0 })
    rmSync(folder, { recursive: true })
  })

  /** The faults of a creation, as one text each; none where it is accepted. */
  async function faults(args: unknown, options: Partial<ProcessRunnerOptions> = {}): Promise<string[]> {
    await host?.manager.close({ grace: 0 })
    host = new Host(options)
    try {
      await host.start(args as ProcessArgs)
      return []
    } catch (error) {
      if (!MajordomoError.is(error) || error.code !== 'invalid-arguments') throw error
      expect(await host.manager.count()).to.equal(0)
      return error.faults.map(({ path, message }) => `${path} ${message}`)
    }
  }

  const program = (name: string, mode = 0o755): string => {
    const path = join(folder, name)
    writeFileSync(path, '#!/bin/sh\n', { mode })
    return path
  }

  it('is told of every fault before a task exists', async () => {
    expect(await faults({ command: [] })).to.have.length(1)
    expect(await faults({ command: [''] })).to.deep.equal(['/command/0 must name an executable, got ""'])
    expect(
      await faults({ command: ['no-such-thing'], stopSignal: 'SIGNOPE', timeout: 'soon' }),
    ).to.have.length(3)
    expect((await faults({ command: ['/no/such/thing'] }))[0]).to.match(/is not found/)
    expect((await faults({ command: ['./here'] }))[0]).to.match(/must be an absolute path or a bare name/)
    expect((await faults({ command: [program('plain', 0o644)] }))[0]).to.match(/is not an executable file/)
    expect((await faults({ command: [folder] }))[0]).to.match(/is not an executable file/)
    expect((await faults({ command: ['true'], stopSignal: 'SIGCONT' }))[0]).to.match(/ends no process/)
    expect((await faults({ command: ['true', 'a\0b'] }))[0]).to.match(/NUL/)
    expect(await faults({ command: ['true'], stopSignal: 'term' })).to.deep.equal([
      '/stopSignal "term" is not a signal of this system; did you mean SIGTERM?',
    ])
    expect(await faults({ command: ['true'], script: 'true' })).to.deep.equal([
      ' needs a command or a script, and has both',
    ])
    expect(await faults({})).to.deep.equal([' needs a command or a script, and has none'])
    expect((await faults({ script: 'true', shell: 'sh' }, { shells: [] }))[0]).to.match(/allows no scripts/)
    expect(await faults({ command: ['true'], timeout: -1 })).to.deep.equal(['/timeout must be >= 1'])
  })

  it('sets how long callers may let it run', async () => {
    const options = { timeout: '1m', maxTimeout: '5m' }
    expect(await faults({ command: ['true'], timeout: '5m' }, options)).to.deep.equal([])
    expect(await faults({ command: ['true'], timeout: '1h' }, options)).to.deep.equal([
      '/timeout this service allows at most 5m, got 1h',
    ])
    expect(await faults({ command: ['true'], killAfter: '11s' })).to.deep.equal([
      '/killAfter this service allows at most 10s, got 11s',
    ])
    expect(() => processRunner({ allow: [], timeout: '2m', maxTimeout: '1m' })).to.throw(
      /"timeout" to be at most/,
    )
  })

  it('refuses to allow what nobody could name', () => {
    for (const allow of [['./x'], ['/opt/**'], ['/usr/*/ls'], ['a*']])
      expect(() => processRunner({ allow })).to.throw(/"allow\/0"/)
    expect(() => processRunner({ allow: ['/opt/jobs/*', 'ls', /a.*b/] })).not.to.throw()
  })

  it('hears when it is opened of what is allowed and not there', async () => {
    const warned: unknown[] = []
    const logger = {
      error() {},
      info() {},
      debug() {},
      warn: (_: string, fields?: object) => warned.push(fields),
    }
    const manager = new Manager({ logger }).register(
      'PROCESS',
      processRunner({
        allow: ['true', '/no/such/thing', '/opt/jobs/*'],
        shells: ['no-such-shell'],
        directories: [folder, '/no/such/folder'],
        user: 'no-such-user',
      }),
    )
    await manager.open()
    await manager.close()
    expect(warned).to.deep.equal([
      { name: '/no/such/thing' },
      { name: 'no-such-shell' },
      { folder: '/no/such/folder' },
      { message: 'there is no user "no-such-user" on this machine' },
    ])
  })

  it('waits no longer than a timer can: a longer one would be over at once', async () => {
    expect((await faults({ command: ['true'], timeout: '30d' }))[0]).to.match(/at most \d+ ms \(24 days\)/)
    expect(() => processRunner({ allow: [], timeout: '30d' })).to.throw(/"timeout" to be at most/)
    expect(await faults({ command: ['true'], timeout: '24d' })).to.deep.equal([])
  })

  it('is nothing but what it lists', async () => {
    const one = program('one')
    program('two')
    symlinkSync('/bin/sh', join(folder, 'link'))
    const refused = /is not among the commands/
    expect((await faults({ command: ['true'] }, { allow: [] }))[0]).to.match(refused)
    expect(await faults({ command: ['true'] }, { allow: ['true'] })).to.deep.equal([])
    expect((await faults({ command: ['false'] }, { allow: ['true'] }))[0]).to.match(refused)
    expect(await faults({ command: [one] }, { allow: [one] })).to.deep.equal([])
    expect((await faults({ command: [join(folder, 'two')] }, { allow: [one] }))[0]).to.match(refused)
    expect(await faults({ command: [join(folder, 'two')] }, { allow: [`${folder}/*`] })).to.deep.equal([])
    expect(await faults({ command: [one] }, { allow: [/\/one$/g] })).to.deep.equal([])
  })

  it('is not widened by a link in an allowed folder, nor by the way that a path is written', async () => {
    program('one')
    symlinkSync('/bin/sh', join(folder, 'link'))
    const refused = /is not among the commands/
    expect((await faults({ command: [join(folder, 'link')] }, { allow: [`${folder}/*`] }))[0]).to.match(
      refused,
    )
    expect((await faults({ command: [`${folder}/../../bin/sh`] }, { allow: [`${folder}/*`] }))[0]).to.match(
      /not found|not among/,
    )
    expect((await faults({ command: [join(folder, 'link')] }, { allow: [/\/link$/] }))[0]).to.match(refused)
  })

  it('is one program of a file that is many, by the name it is listed with', async () => {
    program('many')
    for (const name of ['list', 'remove']) symlinkSync('many', join(folder, name))
    const options = { allow: [join(folder, 'list')] }
    expect(await faults({ command: [join(folder, 'list')] }, options)).to.deep.equal([])
    expect(await faults({ command: [join(folder, 'remove')] }, options)).to.have.length(1)
    expect(await faults({ command: [join(folder, 'many')] }, options)).to.have.length(1)
  })

  it('is what lies in a folder that is itself reached by a link', async () => {
    program('one')
    const link = `${folder}-link`
    symlinkSync(folder, link)
    const found = await faults({ command: [join(link, 'one')] }, { allow: [`${link}/*`] })
    rmSync(link)
    expect(found).to.deep.equal([])
  })

  it('is no script unless there is a shell for it', async () => {
    expect(await faults({ script: 'true' }, { shells: [] })).to.deep.equal([
      '/script this service allows no scripts',
    ])
    expect((await faults({ script: 'true', shell: 'zsh' }))[0]).to.match(/expected one of bash, sh/)
    expect(await faults({ script: 'true', shell: 'sh' })).to.deep.equal([])
    expect((await faults({ command: ['true'], shell: 'sh' }))[0]).to.match(/is for a script/)
  })

  it('runs only where it allows', async () => {
    const refused = /is not in a directory that this service allows/
    expect((await faults({ command: ['true'], cwd: '/' }))[0]).to.match(refused)
    expect((await faults({ command: ['true'], cwd: 'below' }))[0]).to.match(/must be an absolute path/)
    const options = { directories: [folder] }
    expect(await faults({ command: ['true'], cwd: folder }, options)).to.deep.equal([])
    expect((await faults({ command: ['true'], cwd: `${folder}/..` }, options))[0]).to.match(refused)
    expect((await faults({ command: ['true'], cwd: `${folder}/none` }, options))[0]).to.match(/is not found/)
    expect((await faults({ command: ['true'], cwd: program('file') }, options))[0]).to.match(
      /is not a directory/,
    )
    symlinkSync('/', join(folder, 'out'))
    expect((await faults({ command: ['true'], cwd: join(folder, 'out') }, options))[0]).to.match(refused)
  })

  it('finds no variables that it does not accept', async () => {
    const refused = /is not among the variables/
    expect((await faults({ command: ['true'], env: { LD_PRELOAD: 'x' } }))[0]).to.match(refused)
    expect(
      (await faults({ command: ['true'], env: { 'A=B': 'x' } }, { env: { accept: 'any' } }))[0],
    ).to.match(refused)
    expect(
      (await faults({ command: ['true'], env: { MAJORDOMO_RUN: 'x' } }, { env: { accept: 'any' } }))[0],
    ).to.match(refused)
    expect(await faults({ command: ['true'], env: { ANY: 'x' } }, { env: { accept: 'any' } })).to.deep.equal(
      [],
    )
  })

  it('says how much of its output is kept, and callers may only lower it', async () => {
    const limits = async (
      options: Partial<ProcessRunnerOptions>,
      args: Partial<ProcessArgs>,
    ): Promise<unknown> => {
      const rules = processRules({ allow: 'any', ...options })
      const { stopAt, keep } = await planOf(rules, { command: ['true'], ...args })
      return { stopAt, keep }
    }
    const all = undefined
    const GiB = 1024 ** 3
    const drop = 'drop-oldest'
    expect(await limits({}, {})).to.deep.equal({ stopAt: all, keep: GiB })
    expect(await limits({}, { outputLimit: 9 })).to.deep.equal({ stopAt: 9, keep: GiB })
    expect(await limits({}, { outputLimit: 9, whenFull: drop })).to.deep.equal({ stopAt: all, keep: 9 })
    expect(await limits({}, { outputLimit: 9 * GiB, whenFull: drop })).to.deep.equal({
      stopAt: all,
      keep: GiB,
    })
    expect(await limits({ outputLimit: 5 }, {})).to.deep.equal({ stopAt: 5, keep: all })
    expect(await limits({ outputLimit: 5 }, { outputLimit: 9 })).to.deep.equal({ stopAt: 5, keep: all })
    expect(await limits({ outputLimit: 5 }, { outputLimit: 3, whenFull: drop })).to.deep.equal({
      stopAt: 5,
      keep: 3,
    })
    expect(await limits({ outputLimit: 5, whenFull: drop }, {})).to.deep.equal({ stopAt: all, keep: 5 })
    expect(await limits({ outputLimit: 5, whenFull: drop }, { outputLimit: 3 })).to.deep.equal({
      stopAt: all,
      keep: 3,
    })
    expect(
      await limits({ outputLimit: 5, whenFull: drop }, { outputLimit: 3, whenFull: 'stop' }),
    ).to.deep.equal({
      stopAt: 3,
      keep: 5,
    })
  })

  it('says whether a process waits for its readers, and callers may say otherwise', async () => {
    const waits = async (
      options: Partial<ProcessRunnerOptions>,
      args: Partial<ProcessArgs>,
    ): Promise<unknown> => {
      const rules = processRules({ allow: 'any', ...options })
      const { stopAt, keep, waits } = await planOf(rules, { command: ['true'], ...args })
      return [stopAt, keep, waits]
    }
    const GiB = 1024 ** 3
    expect(await waits({}, {})).to.deep.equal([undefined, GiB, false])
    expect(await waits({}, { whenFull: 'wait' })).to.deep.equal([undefined, GiB, true])
    expect(await waits({}, { whenFull: 'wait', outputLimit: 9 })).to.deep.equal([undefined, 9, true])
    expect(await waits({ whenFull: 'wait', outputLimit: 9 }, {})).to.deep.equal([undefined, 9, true])
    expect(await waits({ whenFull: 'wait', outputLimit: 9 }, { whenFull: 'drop-oldest' })).to.deep.equal([
      undefined,
      9,
      false,
    ])
    // One that is stopped in time loses nothing.
    expect(await waits({ outputLimit: 9 }, { whenFull: 'wait' })).to.deep.equal([9, undefined, false])
  })

  it('has to be said, and in the right form', () => {
    const wrong: [unknown, RegExp][] = [
      [undefined, /"options"/],
      [{}, /"allow"/],
      [{ allow: 'all' }, /"allow"/],
      [{ allow: [3] }, /"allow\/0"/],
      [{ allow: [], alow: [] }, /alow/],
      [{ allow: [], path: ['bin'] }, /"path\/0" to be an absolute path/],
      [{ allow: [], directories: 'tmp' }, /"directories"/],
      [{ allow: [], env: 3 }, /"env"/],
      [{ allow: [], env: { set: { A: 1 } } }, /"env.set.A"/],
      [{ allow: [], env: { set: 'A' } }, /"env.set"/],
      [{ allow: [], env: { inherit: [1] } }, /"env.inherit\/0"/],
      [{ allow: [], shells: [''] }, /"shells\/0"/],
      [{ allow: [], whenFull: 'drop' }, /"whenFull" to be 'stop' or 'drop-oldest' or 'wait'/],
      [{ allow: [], spawner: 'no' }, /"spawner" to be true or false/],
      [{ allow: [], leftovers: 'keep' }, /"leftovers" to be 'end' or 'adopt'/],
      [
        { allow: [], leftovers: 'adopt', spawner: false },
        /"leftovers" to be 'end' where there is no spawner/,
      ],
    ]
    for (const [options, message] of wrong)
      expect(() => processRunner(options as ProcessRunnerOptions)).to.throw(message)
  })
})
