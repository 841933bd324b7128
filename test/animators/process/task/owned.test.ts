import { expect } from 'chai'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownedBy, removeOwned } from '../../../../src/animators/process/task/owned.ts'
import { rejection } from '../../../rejection.ts'

const OTHER = 65_534

describe('a folder that is given to another user', () => {
  let root: string
  let folder: string
  before(function () {
    if (process.geteuid?.() !== 0) this.skip()
  })
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'majordomo-owned-'))
    folder = join(root, 'files')
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    writeFileSync(join(folder, 'a/b/c.txt'), '')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('belongs to it with all that the service has put there', async () => {
    const odd = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])])
    writeFileSync(odd, '')
    await ownedBy(folder, OTHER, 12)
    for (const path of ['', 'a', 'a/b', 'a/b/c.txt'])
      expect(statSync(join(folder, path))).to.include({ uid: OTHER, gid: 12 })
    expect(statSync(odd).uid).to.equal(OTHER)
  })

  it('gives away nothing that a link leads to', async () => {
    const secret = join(root, 'secret')
    const inside = join(root, 'inside')
    mkdirSync(inside)
    writeFileSync(secret, '')
    writeFileSync(join(inside, 'file'), '')
    symlinkSync(secret, join(folder, 'to-file'))
    symlinkSync(inside, join(folder, 'to-folder'))
    linkSync(secret, join(folder, 'second-name'))
    spawnSync('mkfifo', [join(folder, 'pipe')])
    await ownedBy(folder, OTHER, OTHER)
    for (const path of [secret, inside, join(inside, 'file')]) expect(statSync(path).uid).to.equal(0)
    expect(lstatSync(join(folder, 'to-file')).uid).to.equal(0)
  })

  it('leaves alone what belongs to others, and what it gave away before', async () => {
    chownSync(join(folder, 'a'), 1, 1)
    await ownedBy(folder, OTHER, OTHER)
    expect(statSync(join(folder, 'a')).uid).to.equal(1)
    expect(statSync(join(folder, 'a/b')).uid).to.equal(0)
    writeFileSync(join(folder, 'later'), '')
    await ownedBy(folder, OTHER, OTHER)
    expect(statSync(join(folder, 'later')).uid).to.equal(0)
  })

  it('is not itself a link', async () => {
    symlinkSync(folder, join(root, 'link'))
    const error = await ownedBy(join(root, 'link'), OTHER, OTHER).catch((thrown: unknown) => thrown)
    expect(error).to.include({ code: 'ENOTDIR' })
    expect(statSync(folder).uid).to.equal(0)
  })

  it('gives away nothing outside, however its owner swaps folders and links meanwhile', async () => {
    const outside = join(root, 'outside')
    mkdirSync(join(outside, 'b'), { recursive: true })
    writeFileSync(join(outside, 'b/c.txt'), '')
    const owner = spawn(process.execPath, ['-e', SWAPS, folder, outside], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(owner.stdout, 'data')
    const end = performance.now() + 1_500
    while (performance.now() < end) {
      chownSync(folder, 0, 0)
      await ownedBy(folder, OTHER, OTHER)
    }
    owner.kill('SIGKILL')
    await once(owner, 'close')
    for (const path of ['', 'b', 'b/c.txt']) expect(statSync(join(outside, path)).uid).to.equal(0)
  })
})

describe('a folder that was given to another user', () => {
  let root: string
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'majordomo-owned-'))))
  afterEach(() => rmSync(root, { recursive: true }))

  it('is removed with all that is in it, and nothing that a link in it leads to', async () => {
    const folder = join(root, '-folder')
    mkdirSync(join(root, 'outside'))
    writeFileSync(join(root, 'outside/file'), '')
    for (const owner of [OTHER, process.geteuid!()]) {
      mkdirSync(join(folder, 'a/b'), { recursive: true })
      symlinkSync(join(root, 'outside'), join(folder, 'a/link'))
      if (process.geteuid!() === 0) chownSync(folder, owner, owner)
      await removeOwned(folder)
      expect(readdirSync(root)).to.deep.equal(['outside'])
    }
    expect(readdirSync(join(root, 'outside'))).to.deep.equal(['file'])
  })

  it('need not be there', async () => {
    await removeOwned(join(root, 'none'))
  })

  it('tells what could not be removed', async () => {
    writeFileSync(join(root, 'file'), '')
    expect(await rejection(removeOwned(join(root, 'file', 'below')))).to.include({ code: 'ENOTDIR' })
  })
})

/** Puts a link in the place of a folder and the folder back, over and over. */
const SWAPS = `
  const fs = require('fs')
  const [folder, outside] = process.argv.slice(1)
  process.chdir(folder)
  fs.symlinkSync(outside, 'link')
  console.log('ready')
  for (;;) {
    fs.renameSync('a', 'was')
    fs.renameSync('link', 'a')
    fs.renameSync('a', 'link')
    fs.renameSync('was', 'a')
    fs.chownSync('a', 0, 0)
  }
`
