import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProgressUpdate } from '../../../../src/core/animator.ts'
import { ProgressFile } from '../../../../src/animators/process/progress/file.ts'

describe('a progress file', () => {
  let folder: string
  let path: string
  let file: ProgressFile
  let told: ProgressUpdate[]
  let warnings: string[]
  let next: (() => void) | undefined

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'majordomo-progress-'))
    path = join(folder, 'progress')
    told = []
    warnings = []
    next = undefined
    const heard =
      <T>(list: T[]) =>
      (one: T) => {
        list.push(one)
        next?.()
      }
    file = new ProgressFile(path, heard(told), heard(warnings))
  })
  afterEach(async () => {
    await file.stop()
    rmSync(folder, { recursive: true })
  })

  /** Resolves when something more was told or complained of after `cause`. */
  async function heardAfter(cause: () => void): Promise<void> {
    const heard = new Promise<void>((resolve) => (next = resolve))
    cause()
    await heard
  }

  it('tells what is written to it, appended to it, or put in its place', async () => {
    file.start()
    await heardAfter(() => writeFileSync(path, '10\n'))
    const began = performance.now()
    expect(told.at(-1)).to.deep.equal({ percent: 10 })
    await heardAfter(() => appendFileSync(path, '20 copying files\n'))
    expect(told.at(-1)).to.deep.equal({ percent: 20, message: 'copying files' })
    await heardAfter(() => {
      writeFileSync(join(folder, 'new'), '30')
      renameSync(join(folder, 'new'), path)
    })
    expect(told.at(-1)).to.deep.equal({ percent: 30 })
    await heardAfter(() => writeFileSync(path, '40\r\n'))
    expect(told.at(-1)).to.deep.equal({ percent: 40 })
    // Where changes are watched, nothing has to wait to be looked at.
    expect(performance.now() - began).to.be.below(900)
    expect(warnings).to.deep.equal([])
  })

  it('tells what a process writes', async () => {
    const child = spawn('sh', ['-c', 'echo 50 half > progress; read go; printf 99 > progress'], {
      cwd: folder,
    })
    await heardAfter(() => file.start())
    expect(told).to.deep.equal([{ percent: 50, message: 'half' }])
    child.stdin.end('go\n')
    await once(child, 'close')
    await file.stop()
    expect(told.at(-1)).to.deep.equal({ percent: 99 })
  })

  it('is read at the end of a process too short to be watched, and never again', async () => {
    file.start()
    writeFileSync(path, '100 done')
    await file.stop()
    expect(told).to.deep.equal([{ percent: 100, message: 'done' }])
    writeFileSync(path, '1')
    await file.stop()
    expect(told).to.have.length(1)
  })

  it('tells nothing where there is none', async () => {
    file.start()
    await file.stop()
    expect([told, warnings]).to.deep.equal([[], []])
  })

  it('of which only the end is read may be as long as it likes', async () => {
    file.start()
    await heardAfter(() => writeFileSync(path, `${'1 so far\n'.repeat(100_000)}2 at last\n\n`))
    expect(told).to.deep.equal([{ percent: 2, message: 'at last' }])
  })

  it('that makes no sense is complained of', async () => {
    for (const text of ['101', '-1', '1.5', '42%', '1e1', '\0', 'almost done', 'x'.repeat(100_000)]) {
      warnings = []
      const one = new ProgressFile(
        path,
        (progress) => told.push(progress),
        (message) => warnings.push(message),
      )
      one.start()
      writeFileSync(path, text)
      await one.stop()
      expect(warnings, text.slice(0, 20)).to.have.length(1)
    }
    expect(told).to.deep.equal([])
  })

  it('goes on after nonsense, of which it tells once', async () => {
    file.start()
    await heardAfter(() => writeFileSync(path, 'nonsense'))
    await heardAfter(() => writeFileSync(path, '42'))
    writeFileSync(path, 'more nonsense')
    await file.stop()
    expect(told).to.deep.equal([{ percent: 42 }])
    expect(warnings).to.have.length(1)
  })

  it('is neither a link to another file, nor a pipe, nor a folder', async () => {
    writeFileSync(join(folder, 'other'), '42 secret')
    const traps = [
      () => symlinkSync(join(folder, 'other'), path),
      () => spawn('mkfifo', [path]),
      () => spawn('mkdir', [path]),
      () => spawn('ln', [join(folder, 'other'), path]),
    ]
    for (const trap of traps) {
      const child = trap()
      if (child !== undefined) await once(child, 'close')
      file.start()
      await file.stop()
      rmSync(path, { recursive: true })
      file = new ProgressFile(
        path,
        (one) => told.push(one),
        (one) => warnings.push(one),
      )
    }
    expect(told).to.deep.equal([])
    expect(warnings).to.have.length(4)
  })

  it('leaves no descriptor behind', async () => {
    const count = (): number => readdirSync('/proc/self/fd').length
    const before = count()
    for (let i = 0; i < 20; i++) {
      const one = new ProgressFile(
        path,
        () => next?.(),
        () => {},
      )
      await heardAfter(() => {
        one.start()
        writeFileSync(path, String(i))
      })
      await one.stop()
    }
    expect(count()).to.be.at.most(before)
  })

  it('that cannot be watched is looked at from time to time', async () => {
    const gone = new ProgressFile(
      join(folder, 'later', 'progress'),
      (one) => {
        told.push(one)
        next?.()
      },
      () => {},
    )
    await heardAfter(() => {
      gone.start()
      const child = spawn('sh', ['-c', 'sleep 0.3; mkdir later; echo 5 > later/progress'], { cwd: folder })
      child.unref()
    })
    await gone.stop()
    expect(told).to.deep.equal([{ percent: 5 }])
  })
})
