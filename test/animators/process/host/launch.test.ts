import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OutputPage } from '../../../../src/core/output.ts'
import type { ProcessHost } from '../../../../src/animators/process/host/order.ts'
import { RecordReader } from '../../../../src/files/record/reader.ts'
import { SpawnedHost } from '../../../../src/animators/process/spawner/spawned-host.ts'
import { isAlive } from '../host.ts'
import { HOST_KINDS, hostOf, Stage } from '../stage.ts'

const NOTHING: OutputPage = { items: [], cursor: 0, dropped: 0 }

for (const kind of HOST_KINDS)
  describe(`a process that is started ${kind}`, () => {
    let host: ProcessHost
    let stage: Stage
    before(() => (host = hostOf(kind)))
    after(() => host.close())
    beforeEach(() => (stage = new Stage()))
    afterEach(() => stage.remove())

    /** Whoever starts the processes. */
    const starter = (): number => (host instanceof SpawnedHost ? host.pid! : process.pid)

    it('tells its exit code or signal, and how much it printed, which is in its record', async () => {
      const order = stage.order('echo one; echo two >&2; exit 3')
      const end = await host.launch(order).ended
      expect(end).to.include({ exitCode: 3, stdout: 4, stderr: 4, leftBehind: false })
      expect(stage.text(order)).to.equal('one\n')
      expect(stage.text(order, 'stderr')).to.equal('two\n')
      const killed = await host.launch(stage.order('kill -KILL $$')).ended
      expect(killed).to.include({ signal: 'SIGKILL' })
      expect([end.signal, killed.exitCode]).to.deep.equal([undefined, undefined])
    })

    it('may open its outputs by name', async () => {
      const order = stage.order('echo one > /dev/stderr; echo two > /dev/stdout; echo three >> /dev/fd/2')
      expect(await host.launch(order).ended).to.include({ exitCode: 0 })
      expect(stage.text(order)).to.equal('two\n')
      expect(stage.text(order, 'stderr')).to.equal('one\nthree\n')
    })

    it('cannot take back what it has printed', async () => {
      const order = stage.order('echo one; : > /dev/stdout; truncate -s 0 /dev/stdout; echo two')
      await host.launch(order).ended
      expect(stage.text(order)).to.equal('one\ntwo\n')
    })

    it('has no descriptors but its own three', async () => {
      // The fourth is the folder that it reads. Those who started the tests may hand some on too, with high numbers.
      const order = stage.order('exec ls -l /proc/self/fd')
      await host.launch(order).ended
      expect(
        stage
          .text(order)
          .match(/(?<= )\d+(?= -> )/g)!
          .filter((one) => Number(one) < 100),
      ).to.deep.equal(['0', '1', '2', '3'])
    })

    it('reads its standard input from a file, and nothing where there is none', async () => {
      const stdin = join(stage.folder, 'input')
      writeFileSync(stdin, 'x'.repeat(1_000_000))
      const order = stage.order('wc -c', { stdin })
      await host.launch(order).ended
      expect(stage.text(order).trim()).to.equal('1000000')
      const none = stage.order('wc -c')
      await host.launch(none).ended
      expect(stage.text(none).trim()).to.equal('0')
    })

    it('is recorded byte for byte, whatever it prints', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 * 1024 }, (_, i) => (i * 7) % 256))
      const stdin = join(stage.folder, 'input')
      writeFileSync(stdin, bytes)
      const order = stage.order('cat', { stdin })
      expect(await host.launch(order).ended).to.include({ stdout: bytes.length })
      expect(stage.bytes(order).equals(bytes)).to.equal(true)
    })

    it('is recorded to the last byte, also beside many others', async () => {
      const size = 2 * 1024 * 1024
      const orders = Array.from({ length: 50 }, () =>
        stage.order(`head -c ${size} /dev/zero; echo -n end >&2`),
      )
      const ends = await Promise.all(orders.map((order) => host.launch(order).ended))
      for (const [i, order] of orders.entries()) {
        expect(ends[i]).to.include({ exitCode: 0, stdout: size, stderr: 3 })
        expect(stage.bytes(order)).to.have.length(size)
      }
    })

    it('is recorded also after its end, where others of its group print on', async () => {
      const order = stage.order(
        `trap '' TERM; (trap 'sleep 0.1; echo last; exit' TERM; echo ready; while :; do sleep 0.02; done) & sleep 0.2`,
      )
      expect(await host.launch(order).ended).to.include({ leftBehind: true, stdout: 11 })
      expect(stage.text(order)).to.equal('ready\nlast\n')
    })

    it('keeps nobody waiting for its outputs whom somebody outside its group holds open', async () => {
      const order = stage.order('setsid sleep 100 & echo $!')
      const run = host.launch(order)
      const begun = performance.now()
      expect(await run.ended).to.include({ exitCode: 0 })
      expect(performance.now() - begun).to.be.within(400, 5_000)
      process.kill(Number(stage.text(order)), 'SIGKILL')
    })

    it('leaves no pipes behind where it cannot be started', async () => {
      const folders = (): string[] =>
        readdirSync(tmpdir()).filter((name) => name.startsWith(`majordomo-fifos-${starter()}-`))
      const pipes = (): number => folders().flatMap((name) => readdirSync(join(tmpdir(), name))).length
      await host.launch(stage.order('true')).ended
      const before = pipes()
      const record = join(stage.folder, 'nowhere')
      for (let i = 0; i < 100; i++) {
        const run = host.launch({ ...stage.order('true', { waits: true, keep: 1 }), record })
        expect(await run.ended.catch((error: unknown) => error)).to.include({ code: 'ENOENT' })
      }
      expect(pipes()).to.be.at.most(before)
    })

    it('cannot print into the record of another, although it kept its outputs open', async () => {
      const intruder = `touch begun; until [ -e go ]; do sleep 0.02; done; trap "" PIPE; echo intruder; touch gone`
      // Before it has a session of its own, it would end with its group.
      const script = `setsid bash -c '${intruder}' 2>/dev/null & until [ -e begun ]; do sleep 0.02; done`
      await host.launch(stage.order(script)).ended
      const orders = Array.from({ length: 4 }, () =>
        stage.order('until [ -e gone ]; do sleep 0.02; done; echo done'),
      )
      const runs = orders.map((order) => host.launch(order))
      await Promise.all(runs.map((run) => run.started))
      writeFileSync(join(stage.folder, 'go'), '')
      await Promise.all(runs.map((run) => run.ended))
      for (const order of orders) expect(stage.text(order)).to.equal('done\n')
    })

    it('may open its outputs by name also as another user, for writing only', async function () {
      // Only root may start processes of others.
      if (process.getuid!() !== 0) this.skip()
      const other = { uid: 65_534, gid: 65_534, cwd: '/' }
      const order = stage.order('id -u > /dev/stderr; cat < /dev/stderr', other)
      await host.launch(order).ended
      expect(stage.text(order, 'stderr')).to.match(/^65534\n[^]*Permission denied/)
    })

    it('goes on when it has closed its outputs', async () => {
      const end = await host.launch(stage.order('exec >&- 2>&-; sleep 0.1; exit 4')).ended
      expect(end).to.include({ exitCode: 4 })
      expect(end.wall).to.be.at.least(90)
    })

    it('tells that its record grows while it runs, and is noted as long as it does', async () => {
      const order = stage.order('echo hello; read -r < gate; exit 0', { task: 'noted' })
      spawnSync('mkfifo', [join(stage.folder, 'gate')])
      const run = host.launch(order)
      await new Promise<void>((resolve) => run.onGrowth(resolve))
      const { pid, identity } = await run.started
      const [name] = stage.notes()
      const note = JSON.parse(readFileSync(join(stage.running, name!), 'utf8')) as Record<string, unknown>
      expect(note).to.deep.include({ task: 'noted', attempt: 1, process: identity, mark: order.mark })
      expect(note['host']).to.include({ pid: starter() })
      expect(note['service']).to.include({ pid: process.pid })
      expect(isAlive(pid)).to.equal(true)
      writeFileSync(join(stage.folder, 'gate'), '\n')
      await run.ended
      expect(stage.notes()).to.deep.equal([])
    })

    it('is stopped with its group, and killed when it does not listen', async () => {
      const order = stage.order(
        `trap '' TERM; (trap '' TERM; sleep 100) & echo $!; while :; do sleep 0.05; done`,
        {
          killAfter: 100,
        },
      )
      const run = host.launch(order)
      const other = await stage.line(order, run)
      run.stop()
      run.stop()
      expect(await run.ended).to.include({ signal: 'SIGKILL', overflowed: false })
      expect(isAlive(other)).to.equal(false)
    })

    it('may be stopped before it is started', async () => {
      const run = host.launch(stage.order('sleep 100'))
      run.stop()
      expect(await run.ended).to.include({ signal: 'SIGTERM' })
    })

    it('is stopped once it has printed more than it may, on both streams together', async () => {
      const order = stage.order('while :; do echo 123456789; echo 123456789 >&2; done', { stopAt: 100_000 })
      const end = await host.launch(order).ended
      expect(end).to.include({ overflowed: true, signal: 'SIGTERM' })
      expect(end.stdout + end.stderr).to.be.within(100_001, 1_000_000)
    })

    it('leaves the newest of what it printed, where not all is kept', async () => {
      const order = stage.order('seq 1 200000', { keep: 300_000 })
      const end = await host.launch(order).ended
      expect(end.stdout).to.equal(1_288_895)
      expect(stage.text(order)).to.match(/\n199999\n200000\n$/)
      expect(stage.bytes(order).length).to.be.within(300_000, 500_000)
    })

    it('fails alone with what the system says, and the next one is started', async () => {
      const run = host.launch(stage.order('', { file: '/no/such/program' }))
      const refused = await run.started.catch((error: unknown) => error)
      expect(refused).to.be.an('error').that.includes({ code: 'ENOENT' })
      expect(await run.ended.catch((error: unknown) => error)).to.include({ code: 'ENOENT' })
      const codes = [
        [{ file: stage.folder }, 'EACCES'],
        [{ argv: ['x'.repeat(3_000_000)] }, 'E2BIG'],
        [{ cwd: join(stage.folder, 'none') }, 'ENOENT'],
        [{ stdin: join(stage.folder, 'none') }, 'ENOENT'],
      ] as const
      for (const [more, code] of codes)
        expect(
          await host.launch(stage.order('true', more)).ended.catch((error: unknown) => error),
        ).to.include({ code })
      expect(stage.notes()).to.deep.equal([])
      expect(await host.launch(stage.order('true')).ended).to.include({ exitCode: 0 })
    })

    it('tells why its record is not complete', async () => {
      const order = stage.order('echo lost')
      const end = await host.launch({ ...order, record: join(stage.folder, 'none') }).ended
      expect(end).to.include({ exitCode: 0, stdout: 5 })
      expect(end.fault).to.match(/ENOENT/)
    })

    it('tells what it used, where it lived long enough to be looked at', async () => {
      const end = await host.launch(stage.order('i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done')).ended
      expect(end.usage!.user).to.be.above(0)
      expect(end.usage!.peakMemory).to.be.above(100_000)
    })

    it('leaves neither descriptors nor zombies behind, however many there were', async () => {
      const descriptors = (): number => readdirSync(`/proc/${starter()}/fd`).length
      const round = async (): Promise<void> => {
        const orders = Array.from({ length: 20 }, () => stage.order('echo hello; echo hello >&2'))
        for (const end of await Promise.all(orders.map((order) => host.launch(order).ended)))
          expect(end).to.include({ stdout: 6, stderr: 6 })
      }
      await round()
      const before = descriptors()
      for (let i = 0; i < 10; i++) await round()
      expect(descriptors()).to.be.at.most(before)
      const { stdout } = spawnSync('ps', ['-o', 'stat=', '--ppid', String(starter())], { encoding: 'utf8' })
      expect(stdout).not.to.match(/^Z/m)
    })

    it('finds pipes also when somebody has cleaned up the folder for temporary files', async () => {
      await host.launch(stage.order('true')).ended
      const names = readdirSync(tmpdir()).filter((name) => name.startsWith(`majordomo-fifos-${starter()}-`))
      expect(names).to.have.length(1)
      spawnSync('rm', ['-r', join(tmpdir(), names[0]!)])
      const order = stage.order('echo hello > /dev/stderr')
      expect(await host.launch(order).ended).to.include({ exitCode: 0, stderr: 6 })
    })

    it('is not left by a host that is closed, nor is anything else', async () => {
      const own = hostOf(kind)
      const order = stage.order(
        `trap 'echo bye; exit' TERM; setsid sleep 100 & echo $!; while :; do sleep 0.05; done`,
      )
      const run = own.launch(order)
      const daemon = await stage.line(order, run)
      const { pid } = await run.started
      const of = own instanceof SpawnedHost ? own.pid! : process.pid
      await own.close()
      expect(isAlive(pid)).to.equal(false)
      if (own instanceof SpawnedHost) expect(isAlive(of)).to.equal(false)
      expect(stage.text(order)).to.match(/bye\n$/)
      expect(stage.notes()).to.deep.equal([])
      if (own instanceof SpawnedHost)
        expect(
          readdirSync(tmpdir()).filter((name) => name.startsWith(`majordomo-fifos-${of}-`)),
        ).to.deep.equal([])
      expect(() => own.launch(stage.order('true'))).to.throw(/is closed/)
      spawnSync('kill', ['-KILL', daemon])
    })

    describe('where no named pipes can be made', () => {
      const path = process.env['PATH']!
      let own: ProcessHost
      beforeEach(() => {
        const bin = join(stage.folder, 'bin')
        mkdirSync(bin)
        process.env['PATH'] = bin
        own = hostOf(kind)
      })
      afterEach(async () => {
        process.env['PATH'] = path
        await own.close()
      })

      it('prints through ordinary ones', async () => {
        const order = stage.order('echo one; echo two >&2')
        const end = await own.launch({ ...order, env: { PATH: path } }).ended
        expect(end).to.include({ exitCode: 0, stdout: 4, stderr: 4 })
        expect(stage.text(order)).to.equal('one\n')
      })

      it('waits for its readers through these too', async () => {
        const order = stage.order('seq 100000', { keep: 1, waits: true })
        const run = own.launch({ ...order, env: { PATH: path } })
        let over = false
        void run.ended.then(() => (over = true))
        const reader = new RecordReader(order.record)
        let [read, lines] = [0, 0]
        for (;;) {
          const last = over
          const page = (await reader.read({ stream: 'stdout', after: read, limit: 1e9 })) ?? NOTHING
          if (!over) expect(page.cursor - read).to.be.at.most(131_072 + 65_536)
          for (const { text } of page.items) expect(text).to.equal(String(++lines))
          read = page.cursor
          if (last && page.items.length === 0) break
          await new Promise((resolve) => setImmediate(resolve))
        }
        expect(lines).to.equal(100_000)
        expect(await run.ended).to.include({ exitCode: 0, stdout: 588_895 })
      })
    })
  })
