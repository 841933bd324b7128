import { expect } from 'chai'
import { readdir, symlink } from 'node:fs/promises'
import { request } from 'node:http'
import { startShare, type TestShare } from './file-share.ts'

describe('the routes of the example', () => {
  let share: TestShare
  beforeEach(async () => (share = await startShare()))
  afterEach(() => share.close())

  const at = (path: string) => `${share.url}/files/${path}`

  it('take a file, list it, hand it out and delete it', async () => {
    const put = await fetch(at('docs/my%20notes.txt'), { method: 'PUT', body: 'hello' })
    expect([put.status, await put.json()]).to.deep.equal([201, { path: 'docs/my notes.txt' }])
    const [listed] = (await (await fetch(`${share.url}/files`)).json()) as { path: string; bytes: number }[]
    expect(listed).to.include({ path: 'docs/my notes.txt', bytes: 5 })
    expect(await (await fetch(at('docs/my%20notes.txt'))).text()).to.equal('hello')
    expect((await fetch(at('docs/my%20notes.txt'), { method: 'DELETE' })).status).to.equal(204)
    expect((await fetch(at('docs/my%20notes.txt'))).status).to.equal(404)
  })

  it('keep nothing of an upload that broke off', async () => {
    const upload = request(at('half.bin'), { method: 'PUT', headers: { 'content-length': '1000' } })
    upload.on('error', () => undefined)
    upload.write('only this')
    while (!(await readdir(share.place(''))).some((name) => name.startsWith('.upload')))
      await Promise.resolve()
    upload.destroy()
    while ((await readdir(share.place(''))).some((name) => name.startsWith('.upload')))
      await Promise.resolve()
    expect(await readdir(share.place(''))).to.deep.equal(['.keep'])
  })

  it('lead nowhere else', async () => {
    await symlink('/etc', share.place('out'))
    await symlink('/etc/passwd', share.place('link'))
    await share.write('file', 'x')
    await symlink(share.place('file'), share.place('inner'))
    expect((await fetch(at('inner'))).status).to.equal(403)
    for (const path of [
      '..%2f..%2fetc%2fpasswd',
      '%2fetc%2fpasswd',
      'out/passwd',
      'link',
      '.keep',
      'a%00b',
      'a%5cb',
    ]) {
      expect((await fetch(at(path))).status, path).to.be.oneOf([400, 403])
      expect((await fetch(at(path), { method: 'PUT', body: 'x' })).status, path).to.be.oneOf([400, 403])
    }
  })

  it('answer what is in the way', async () => {
    await share.write('dir/file', 'x')
    expect((await fetch(at('dir/file/below'), { method: 'PUT', body: 'x' })).status).to.equal(409)
    expect((await fetch(at('dir'), { method: 'PUT', body: 'x' })).status).to.equal(409)
    expect((await fetch(at('dir'), { method: 'DELETE' })).status).to.be.oneOf([403, 409])
    expect((await fetch(at('dir'))).status).to.equal(409)
  })
})
