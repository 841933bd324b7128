import { expect } from 'chai'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProgressWatch } from '../../../../src/animators/process/progress/watch.ts'
import type { ProgressArgs } from '../../../../src/animators/process/progress/arguments.ts'
import { plan } from '../rules/planned.ts'

describe('the progress of a run', () => {
  let folder: string
  let told: unknown[]
  let warnings: string[]
  const places = () => ({ record: join(folder, 'record'), file: join(folder, 'progress') })
  const stdout = (): string => join(folder, 'record', 'stdout.0000000000000000')
  const stderr = (): string => join(folder, 'record', 'stderr.0000000000000000')

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'majordomo-watch-'))
    mkdirSync(join(folder, 'record'))
    told = []
    warnings = []
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function watch(progress?: ProgressArgs['progress']): Promise<ProgressWatch> {
    const ops = {
      setProgress: (one: unknown) => void told.push(one),
      log: (_: string, message: string) => void warnings.push(message),
    }
    const planned = await plan({ command: ['true'], ...(progress && { progress }) })
    const made = new ProgressWatch(ops, planned, places())
    await made.begin()
    return made
  }

  it('is what this attempt prints, and not what an earlier one did', async () => {
    writeFileSync(stdout(), '99%\n')
    const made = await watch({ line: '{percent}%' })
    appendFileSync(stdout(), 'other\n')
    writeFileSync(stderr(), '2%')
    made.grew()
    await made.end()
    expect(told).to.deep.equal([{ percent: 2 }])
  })

  it('is looked for only where the caller says', async () => {
    const made = await watch({ line: '{percent}%', stream: 'stderr' })
    writeFileSync(stdout(), '1%\n')
    await made.end()
    expect(told).to.deep.equal([])
    const other = await watch()
    appendFileSync(stdout(), '2%\n')
    await other.end()
    expect(told).to.deep.equal([])
  })

  it('is what stands in the file', async () => {
    const made = await watch()
    writeFileSync(places().file, '42 half')
    await made.end()
    expect(told).to.deep.equal([{ percent: 42, message: 'half' }])
  })

  it('that cannot be read is told of, and costs nothing else', async () => {
    const made = await watch({ line: '{percent}%', stream: 'stdout' })
    mkdirSync(stdout())
    writeFileSync(places().file, '42')
    await made.end()
    expect(told).to.deep.equal([{ percent: 42 }])
    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.match(/its progress could not be read: EISDIR/)
  })
})
