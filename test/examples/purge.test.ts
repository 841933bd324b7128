import { expect } from 'chai'
import { unlinkSync, utimesSync } from 'node:fs'
import { chmod, readdir, symlink } from 'node:fs/promises'
import Transport from 'winston-transport'
import { rejection } from '../rejection.ts'
import { startShare, unprivileged, type TestShare } from './file-share.ts'

interface PurgeArgs {
  folder?: string
  olderThanDays: number
  dryRun?: boolean
}

/** The part of the API document that Swagger UI takes its examples from. */
interface Document {
  paths: {
    '/tasks': {
      post: {
        requestBody: {
          content: { 'application/json': { examples: Record<string, { value: { args: PurgeArgs } }> } }
        }
      }
    }
  }
}

describe('UPLOAD_PURGE of the example', () => {
  let share: TestShare
  let outside: TestShare | undefined
  beforeEach(async () => {
    share = await startShare()
    await share.write('old/a.txt', 'aaaa', 40)
    await share.write('old/deep/b.txt', 'bb', 31)
    await share.write('new/c.txt', 'c', 29)
  })
  afterEach(async () => {
    await share.close()
    await outside?.close()
  })

  const purge = async (args: PurgeArgs) => {
    const { task } = await share.client.create('UPLOAD_PURGE', args, { wait: 5000 })
    return task
  }
  const left = async () =>
    (await readdir(share.place(''), { recursive: true })).filter((name) => name.endsWith('.txt')).sort()

  it('deletes the files that are old enough, and no others', async () => {
    const task = await purge({ olderThanDays: 30 })
    expect(task.result).to.deep.equal({ dryRun: false, deleted: 2, bytes: 6, leftAlone: 0, failed: 0 })
    expect(task.progress).to.include({ done: 6, total: 6, percent: 100 })
    expect(await left()).to.deep.equal(['new/c.txt'])
  })

  it('only tells what it would do, with dryRun', async () => {
    const task = await purge({ olderThanDays: 30, dryRun: true })
    expect(task.result).to.deep.include({ dryRun: true, deleted: 2, bytes: 6 })
    expect(await left()).to.have.length(3)
  })

  it('deletes nothing when somebody sends what Swagger UI offers', async () => {
    const document = (await (await fetch(`${share.url}/housekeeping/openapi.json`)).json()) as Document
    const { examples } = document.paths['/tasks'].post.requestBody.content['application/json']
    const task = await purge(examples['UPLOAD_PURGE']!.value.args)
    expect(task.result).to.deep.include({ dryRun: true })
    expect(await left()).to.have.length(3)
  })

  it('stays below the folder that it is given', async () => {
    const task = await purge({ folder: 'old/deep', olderThanDays: 1 })
    expect(task.result).to.deep.include({ deleted: 1, bytes: 2 })
    expect(await left()).to.deep.equal(['new/c.txt', 'old/a.txt'])
  })

  it("shows the service's own log lines in the log of the task", async () => {
    const { id } = await purge({ olderThanDays: 30 })
    const lines: unknown[] = []
    for await (const { level, text, data } of share.client.output(id)) lines.push({ level, text, data })
    expect(lines[0]).to.deep.equal({ level: 'info', text: 'found old files', data: { files: 2, bytes: 6 } })
    expect(lines).to.deep.include({ level: 'debug', text: 'deleted old/a.txt', data: { bytes: 4 } })
  })

  for (const folder of [
    '..',
    '../',
    'old/../..',
    '/etc',
    'old/../../etc',
    '.',
    '.keep',
    'old\\..',
    'old\0',
    'none',
    'old/a.txt',
  ]) {
    it(`refuses ${JSON.stringify(folder)} as a folder, and names the fault`, async () => {
      const error = await rejection(purge({ folder, olderThanDays: 1 }))
      expect(error).to.include({ status: 400, code: 'invalid-arguments' })
      expect(error).to.have.nested.property('errors[0].path').that.includes('/folder')
      expect(await left()).to.have.length(3)
    })
  }

  it('follows no link out of the folder', async () => {
    outside = await startShare()
    await outside.write('precious.txt', 'keep me', 400)
    await symlink(outside.place(''), share.place('way-out'))
    await symlink(outside.place('precious.txt'), share.place('old/link.txt'))
    expect(await rejection(purge({ folder: 'way-out', olderThanDays: 1 }))).to.include({ status: 400 })
    expect((await purge({ olderThanDays: 30 })).result).to.deep.include({ deleted: 2 })
    expect(await readdir(outside.place(''))).to.include('precious.txt')
  })

  it('goes on when a file may not be deleted, and counts and tells it', async () => {
    await chmod(share.home, 0o755)
    await chmod(share.place(''), 0o755)
    await chmod(share.place('old'), 0o555)
    await chmod(share.place('old/deep'), 0o777)
    const task = await unprivileged(() => purge({ olderThanDays: 30 }))
    await chmod(share.place('old'), 0o755)
    expect(task.state).to.equal('SUCCEEDED')
    expect(task.result).to.deep.include({ deleted: 1, failed: 1, bytes: 2 })
    const texts: string[] = []
    for await (const { text } of share.client.output(task.id)) texts.push(text ?? '')
    expect(texts.join('\n')).to.match(/cannot delete old\/a.txt.*EACCES/)
  })

  it('leaves a file alone that was written or vanished after it was found', async () => {
    const meanwhile = new Transport({
      log(info: { message: string }, next: () => void) {
        if (info.message === 'found old files') {
          utimesSync(share.place('old/a.txt'), new Date(), new Date())
          unlinkSync(share.place('old/deep/b.txt'))
        }
        next()
      },
    })
    share.logger.add(meanwhile)
    const task = await purge({ olderThanDays: 30 })
    expect(task.result).to.deep.include({ deleted: 0, leftAlone: 2, failed: 0 })
    expect(await left()).to.include('old/a.txt')
  })

  it('refuses days that make no sense', async () => {
    for (const olderThanDays of [0, -1, 1.5, 1e9]) {
      expect(await rejection(purge({ olderThanDays })))
        .to.have.nested.property('errors[0].path')
        .that.includes('olderThanDays')
    }
  })
})
