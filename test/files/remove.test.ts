import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { removeTree } from '../../src/files/remove.ts'
import { scratchFolders } from './folders.ts'
import { put, storeWithTask } from './stores.ts'

describe('Removing the files of a task', () => {
  const scratch = scratchFolders()

  it('leaves nothing of it, and everything that links led to', async () => {
    const root = scratch()
    const { store, folder } = await storeWithTask(root)
    const outside = scratch()
    put(outside, { 'folder/kept': 'x' })
    put(folder, { 'a/b/c': '', 'a/d': '', e: '' })
    symlinkSync(join(outside, 'folder'), join(folder, 'a/link'))
    symlinkSync(join(outside, 'folder/kept'), join(folder, 'link'))
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), 'no UTF-8')
    await store.remove('t1')
    expect(readdirSync(root).sort()).to.deep.equal(['.running', '.staging'])
    expect(readdirSync(join(root, '.staging'))).to.deep.equal([])
    expect(readdirSync(join(outside, 'folder'))).to.deep.equal(['kept'])
    expect(await store.list('t1', { limit: 10 })).to.equal(undefined)
    await store.remove('t1')
    await store.remove('../t1')
  })

  it('gets through folders of any depth', async () => {
    const root = scratch()
    const { store, folder } = await storeWithTask(root)
    // Deeper than a path may be long.
    let deep = folder
    for (let i = 0; i < 4; i++) {
      deep = join(deep, 'deep/'.repeat(150))
      mkdirSync(deep, { recursive: true })
    }
    await store.remove('t1')
    expect(readdirSync(join(root, '.staging'))).to.deep.equal([])
  })

  it('gets through what a process has made read-only, or locked, as another user than root too', async function () {
    const root = scratch()
    const place = join(root, 'task')
    const work = `
      const { chmodSync, mkdirSync, writeFileSync, symlinkSync } = require('node:fs')
      process.chdir(process.argv[1])
      mkdirSync('task/files/a/b/c', { recursive: true })
      writeFileSync('task/files/a/b/c/d', '')
      writeFileSync('task/files/a/e', '')
      symlinkSync('/', 'task/files/a/b/link')
      chmodSync('task/files/a/e', 0)
      chmodSync('task/files/a/b/c', 0o555)
      chmodSync('task/files/a/b', 0)
      chmodSync('task/files/a', 0o555)
      chmodSync('task/files', 0o100)`
    const user = process.getuid!() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    chmodSync(root, 0o777)
    const run = async (code: string[], argument: string): Promise<number> => {
      const child = spawn(process.execPath, [...code, argument], { ...user, stdio: 'inherit' })
      return (await once(child, 'exit'))[0] as number
    }
    expect(await run(['-e', work], root)).to.equal(0)
    const module = pathToFileURL('src/files/remove.ts').href
    const remove = `import(${JSON.stringify(module)}).then((it) => it.removeTree(process.argv[1]))`
    expect(await run(['--import', 'tsx', '-e', remove], place)).to.equal(0)
    expect(existsSync(place)).to.equal(false)
  })

  it('does not get lost where a process swaps folders for links meanwhile', async function () {
    if (process.platform !== 'linux') this.skip()
    const outside = scratch()
    put(outside, { 'a/kept': 'x', 'b/kept': 'x' })
    const root = scratch()
    const swap = `
      const { mkdirSync, renameSync, symlinkSync, writeFileSync } = require('node:fs')
      process.chdir(process.argv[1])
      console.log('ready')
      for (let n = 0; ; n++) {
        try {
          mkdirSync('x'); writeFileSync('x/file', '')
          symlinkSync(process.argv[2], 'link')
          renameSync('x', 'y'); renameSync('link', 'x')
        } catch {}
      }`
    for (let i = 0; i < 5; i++) {
      const place = join(root, `task-${i}`)
      mkdirSync(join(place, 'files'), { recursive: true })
      const child = spawn(process.execPath, ['-e', swap, join(place, 'files'), outside], { stdio: 'pipe' })
      await once(child.stdout, 'data')
      await removeTree(place).catch(() => {})
      child.kill('SIGKILL')
      await once(child, 'close')
      await removeTree(place)
      expect(existsSync(place)).to.equal(false)
      expect(readdirSync(join(outside, 'a'))).to.deep.equal(['kept'])
    }
  })
})
