import { expect } from 'chai'
import { once } from 'node:events'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { link, mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { RecordWriter } from '../../src/files/record/writer.ts'
import { fetched, serveFiles, type FilingService } from './filing.ts'
import { rulesFor } from './people.ts'
import { ask, opened } from './service.ts'

/** What this process has open there; nothing where the system does not tell. */
function openBelow(root: string): string[] {
  if (!existsSync('/proc/self/fd')) return []
  const leads = (fd: string) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return ''
    }
  }
  return readdirSync('/proc/self/fd')
    .map(leads)
    .filter((path) => path.startsWith(root))
}

describe('The files of a task over REST', () => {
  let service: FilingService
  before(async () => {
    service = await serveFiles()
  })
  after(() => service.close())

  const files = (id: string, path = '') => `/hk/tasks/${id}/files${path}`

  it('are listed in the order of their paths, with what their names tell of them', async () => {
    const id = await service.filed({ 'b/table.csv': 'a;b', 'a.png': 'png', html: 'x' })
    const { status, body } = await ask(service, 'GET', files(id))
    expect(status).to.equal(200)
    expect(body).not.to.have.property('cursor')
    expect(
      body.items.map(({ path, kind, size, type }: Record<string, unknown>) => [path, kind, size, type]),
    ).to.deep.equal([
      ['a.png', 'file', 3, 'image/png'],
      ['b', 'folder', 0, undefined],
      ['b/table.csv', 'file', 3, 'text/csv'],
      ['html', 'file', 1, 'application/octet-stream'],
    ])
    expect(Date.now() - Date.parse(body.items[0].modifiedAt)).to.be.within(-1000, 60_000)
  })

  it('are listed page by page, and by folder', async () => {
    const id = await service.filed({ 'a/1': '', 'a/2': '', 'b/3': '', 'b/4': '' })
    const paths: string[] = []
    let cursor: string | undefined
    do {
      const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { body } = await ask(service, 'GET', files(id, `?limit=2${after}`))
      paths.push(...body.items.map(({ path }: { path: string }) => path))
      cursor = body.cursor
    } while (cursor !== undefined)
    expect(paths).to.deep.equal(['a', 'a/1', 'a/2', 'b', 'b/3', 'b/4'])
    const { body } = await ask(service, 'GET', files(id, '?folder=b'))
    expect(body.items.map(({ path }: { path: string }) => path)).to.include.members(['b/3', 'b/4'])
    expect(body.items).to.have.length.of.at.most(3)
    expect((await ask(service, 'GET', files(id, '?limit=1001'))).status).to.equal(400)
  })

  it('come as they are, however large, and however they are named', async () => {
    const large = Buffer.alloc(5_000_000, 'majordomo ')
    const names = ['large.bin', 'a b/c+d.bin', '100%.bin', 'ünï/çödé ✓.bin', 'quo\'"te.bin', 'q?#&=;.bin']
    const id = await service.filed(Object.fromEntries(names.map((name) => [name, large])))
    for (const name of names) {
      const path = name.split('/').map(encodeURIComponent)
      for (const encoded of [path.join('/'), path.join('%2F')]) {
        const { status, headers, bytes } = await fetched(service, files(id, `/${encoded}`))
        expect([status, headers['content-length']], name).to.deep.equal([200, '5000000'])
        expect(bytes.equals(large), name).to.equal(true)
      }
    }
  })

  it('come by the names that are listed, also where these are no text where they lie', async () => {
    const id = await service.made((folder) =>
      writeFile(Buffer.from(`${folder}/caf\xe9.txt`, 'latin1'), 'Latin-1'),
    )
    const { body } = await ask(service, 'GET', files(id))
    const [{ path }] = body.items as [{ path: string }]
    expect(path).to.equal('caf%E9.txt')
    const answer = await fetched(service, files(id, `/${encodeURIComponent(path)}`))
    expect([answer.status, String(answer.bytes)]).to.deep.equal([200, 'Latin-1'])
  })

  it('are refused by a name that leads anywhere else', async () => {
    await writeFile(join(service.root, 'secret'), 'secret')
    const other = await service.filed({ mine: 'secret' })
    const id = await service.made(async (folder) => {
      await writeFile(join(folder, 'plain'), 'plain')
      await mkdir(join(folder, 'sub'))
      await symlink('../../secret', join(folder, 'link'))
      await symlink('/', join(folder, 'root'))
      await symlink('plain', join(folder, 'inside'))
    })
    expect((await fetched(service, files(id, '/plain'))).status).to.equal(200)
    for (const path of [
      '/..%2f..%2fsecret',
      '/%2e%2e/%2e%2e/secret',
      '/../../secret',
      '/sub/%2e%2e/plain',
      '/sub/../plain',
      '/./plain',
      '/%2e/plain',
      `/..%2f..%2f${other}%2ffiles%2fmine`,
      '/%2fetc%2fpasswd',
      '/sub%2f%2f..%2fplain',
      '/plain%00',
      '/plain%00.png',
      '/%00',
      '/plain/x',
      '/..%5c..%5csecret',
      '/link',
      '/inside',
      '/root/etc/passwd',
      '/sub',
      '/.',
      '/..',
      '/%2e%2e',
      '/nope',
      `/${'x'.repeat(300)}`,
      `/${'x/'.repeat(1000)}x`,
    ]) {
      const { status, body, text } = await ask(service, 'GET', files(id, path))
      expect(status, path).to.be.oneOf([400, 404])
      expect(body.code, path).to.be.oneOf(['file-not-found', 'invalid-request', 'route-not-found'])
      expect(text, path).not.to.include(service.root)
    }
    for (const path of ['//plain', '/sub//x']) {
      expect((await ask(service, 'GET', files(id, path))).body.code, path).to.equal('route-not-found')
    }
    for (const path of ['/%', '/%zz', '/%E0%A4%A', `/${'x'.repeat(5000)}`]) {
      expect((await ask(service, 'GET', files(id, path))).status, path).to.equal(400)
    }
    const kinds = (await ask(service, 'GET', files(id))).body.items.map(
      ({ path, kind }: { path: string; kind: string }) => `${kind} ${path}`,
    )
    expect(kinds).to.include.members(['link link', 'link root', 'file plain', 'folder sub'])
    expect(service.logged).to.deep.equal([])
  })

  it('come in parts', async () => {
    const id = await service.filed({ digits: '0123456789', empty: '' })
    const part = async (range: string, name = '/digits') => {
      const { status, headers, bytes } = await fetched(service, files(id, name), { headers: { range } })
      return [status, bytes.toString(), headers['content-range'], headers['content-length']]
    }
    for (const range of ['bytes=2-4', 'Bytes = 2-4 ']) {
      expect(await part(range), range).to.deep.equal([206, '234', 'bytes 2-4/10', '3'])
    }
    expect(await part('bytes=0-0')).to.deep.equal([206, '0', 'bytes 0-0/10', '1'])
    expect(await part('bytes=7-')).to.deep.equal([206, '789', 'bytes 7-9/10', '3'])
    expect(await part('bytes=7-9999999999999999999999')).to.deep.equal([206, '789', 'bytes 7-9/10', '3'])
    expect(await part('bytes=-3')).to.deep.equal([206, '789', 'bytes 7-9/10', '3'])
    expect(await part('bytes=-30')).to.deep.equal([206, '0123456789', 'bytes 0-9/10', '10'])
    for (const range of ['bytes=4-2', 'bytes=0-1,3-4', 'bytes=', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'x']) {
      expect(await part(range), range).to.deep.equal([200, '0123456789', undefined, '10'])
    }
    for (const range of ['bytes=10-', 'bytes=10-12', 'bytes=-0', 'bytes=99999999999999999999-']) {
      const { status, headers, body } = await ask(service, 'GET', files(id, '/digits'), {
        headers: { range },
      })
      expect([status, body.code, headers['content-range']], range).to.deep.equal([
        416,
        'unsatisfiable-range',
        'bytes */10',
      ])
    }
    expect((await part('bytes=0-', '/empty'))[0]).to.equal(416)
    expect((await fetched(service, files(id, '/empty'))).status).to.equal(200)
  })

  it('go on only where the file is still the one that was begun', async () => {
    let folder!: string
    const id = await service.made(async (made) => {
      folder = made
      await writeFile(join(made, 'a.txt'), '0123456789')
    })
    const first = await fetched(service, files(id, '/a.txt'))
    const { etag } = first.headers
    expect(etag).to.match(/^"[^"]+"$/)
    const rest = (ifRange: string) =>
      fetched(service, files(id, '/a.txt'), { headers: { range: 'bytes=5-', 'if-range': ifRange } })
    expect((await rest(etag!)).bytes.toString()).to.equal('56789')
    expect((await rest(`W/${etag}`)).status).to.equal(200)
    expect((await rest('"other"')).status).to.equal(200)
    await writeFile(join(folder, 'a.txt'), 'abcdefghij')
    const changed = await rest(etag!)
    expect([changed.status, changed.bytes.toString()]).to.deep.equal([200, 'abcdefghij'])
  })

  it('are not sent again to a reader that has them', async () => {
    const id = await service.filed({ 'a.txt': 'text' })
    const { headers } = await fetched(service, files(id, '/a.txt'))
    const etag = headers.etag!
    const modified = headers['last-modified']!
    const again = async (asked: Record<string, string>) =>
      (await fetched(service, files(id, '/a.txt'), { headers: asked })).status
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
      expect(await again({ 'if-none-match': tag }), tag).to.equal(304)
    expect(await again({ 'if-none-match': '"x"' })).to.equal(200)
    expect(await again({ 'if-modified-since': modified })).to.equal(304)
    expect(await again({ 'if-modified-since': new Date(0).toUTCString() })).to.equal(200)
    expect(await again({ 'if-modified-since': 'yesterday' })).to.equal(200)
    expect(await again({ 'if-none-match': '"x"', 'if-modified-since': modified })).to.equal(200)
    expect(await again({ 'if-none-match': etag, range: 'bytes=0-1' })).to.equal(304)
    expect(headers['cache-control']).to.equal('private, no-cache, no-transform')
  })

  it('have a head of their own', async () => {
    const id = await service.filed({ 'a.txt': 'text' })
    for (const path of ['', '/a.txt', '.tar.gz']) {
      const get = await fetched(service, files(id, path))
      const head = await fetched(service, files(id, path), {}, 'HEAD')
      expect([head.status, head.bytes.length], path).to.deep.equal([200, 0])
      for (const name of ['content-type', 'etag', 'last-modified', 'content-disposition'])
        expect(head.headers[name], `${name} of ${path}`).to.equal(get.headers[name])
    }
    const head = await fetched(service, files(id, '/a.txt'), { headers: { range: 'bytes=0-1' } }, 'HEAD')
    expect([head.status, head.headers['content-length']]).to.deep.equal([200, '4'])
  })

  it('run nothing in a browser that opens them', async () => {
    const id = await service.filed({
      'a.txt': '',
      'a.log': '',
      'a.md': '',
      'a.csv': '',
      'a.png': '',
      'a.JPG': '',
      'a.html': '',
      'a.HTM': '',
      'a.svg': '',
      'a.xml': '',
      'a.xhtml': '',
      'a.pdf': '',
      'a.js': '',
      'a.mjs': '',
      'a.css': '',
      'a.json': '',
      html: '',
      'a.html.': '',
      '.html': '',
      none: '',
    })
    const shown: Record<string, string> = {}
    for (const { path } of (await ask(service, 'GET', files(id))).body.items as { path: string }[]) {
      const { headers } = await fetched(service, files(id, `/${path}`))
      expect(headers['x-content-type-options'], path).to.equal('nosniff')
      expect(headers['content-security-policy'], path).to.equal("sandbox; default-src 'none'")
      expect(headers['cross-origin-resource-policy'], path).to.equal('same-origin')
      const [disposition] = headers['content-disposition']!.split(';')
      if (disposition === 'inline') shown[path] = headers['content-type']!
      else expect(disposition, path).to.equal('attachment')
      const { headers: forced } = await fetched(service, files(id, `/${path}?download`))
      expect(forced['content-disposition'], path).to.match(/^attachment/)
    }
    expect(shown).to.deep.equal({
      'a.txt': 'text/plain; charset=utf-8',
      'a.log': 'text/plain; charset=utf-8',
      'a.md': 'text/plain; charset=utf-8',
      'a.csv': 'text/plain; charset=utf-8',
      'a.png': 'image/png',
      'a.JPG': 'image/jpeg',
    })
    expect((await fetched(service, files(id, '/a.txt?download=maybe'))).status).to.equal(400)
  })

  it('keep their names when they are saved, whatever is in them', async () => {
    const id = await service.made(async (folder) => {
      for (const name of ['naïve "x".bin', '✓.bin', 'two\nlines\r.bin', "'; filename=x.html"])
        await writeFile(join(folder, name), '')
    })
    const saved = async (name: string) =>
      (await fetched(service, files(id, `/${encodeURIComponent(name)}`))).headers['content-disposition']
    expect(await saved('✓.bin')).to.equal(`attachment; filename="?.bin"; filename*=UTF-8''%E2%9C%93.bin`)
    expect(await saved('naïve "x".bin')).to.equal('attachment; filename="na\u00efve \\"x\\".bin"')
    expect(await saved('two\nlines\r.bin')).to.equal('attachment; filename="two_lines_.bin"')
    expect(await saved("'; filename=x.html")).to.equal(`attachment; filename="'; filename=x.html"`)
  })

  it('break off where the file became shorter while it was read', async () => {
    let folder!: string
    const id = await service.made(async (made) => {
      folder = made
      await writeFile(join(made, 'large'), Buffer.alloc(50_000_000))
    })
    // Where the connection stays, an answer that ends too early would keep its reader waiting.
    const headers = { connection: 'keep-alive' }
    const response = await opened(service, 'GET', files(id, '/large'), { headers })
    await once(response, 'readable')
    await truncate(join(folder, 'large'), 1)
    response.resume()
    const error = await once(response, 'error').catch((thrown: unknown) => thrown)
    expect(String(error)).to.include('aborted')
    expect(response.complete).to.equal(false)
  })

  it('are let go of when their reader leaves in the middle', async () => {
    let closed!: () => void
    const done = new Promise<void>((resolve) => (closed = resolve))
    const id = await service.filed({ large: Buffer.alloc(20_000_000) })
    const openFile = service.manager.openFile.bind(service.manager)
    service.manager.openFile = async (...args) => {
      const file = await openFile(...args)
      return {
        ...file,
        close: () => file.close(),
        async *read(range) {
          try {
            yield* file.read(range)
          } finally {
            closed()
          }
        },
      }
    }
    const response = await opened(service, 'GET', files(id, '/large'))
    await once(response, 'readable')
    response.destroy()
    await done
    service.manager.openFile = openFile
  })

  it('are not left open, whatever is answered', async () => {
    const id = await service.filed({ 'a.txt': 'text', empty: '' })
    const { headers } = await fetched(service, files(id, '/a.txt'))
    const asked = [
      { range: 'bytes=1-2' },
      { range: 'bytes=10-' },
      { 'if-none-match': headers.etag! },
      { 'if-none-match': '"x"' },
    ]
    for (const method of ['GET', 'HEAD'])
      for (const path of ['', '/a.txt', '/empty', '/none', '.tar.gz'])
        for (const one of asked) await fetched(service, files(id, path), { headers: one }, method)
    expect(openBelow(service.root)).to.deep.equal([])
  })

  it('come together as one archive', async () => {
    const id = await service.made(async (folder) => {
      await mkdir(join(folder, 'sub'))
      await writeFile(join(folder, 'sub/a.txt'), 'a')
      await writeFile(join(folder, 'b.bin'), Buffer.alloc(300_000, 1))
      await link(join(folder, 'b.bin'), join(folder, 'c.bin'))
    })
    const { status, headers, bytes } = await fetched(service, files(id, '.tar.gz'))
    expect([status, headers['content-type'], headers['content-disposition']]).to.deep.equal([
      200,
      'application/gzip',
      `attachment; filename="${id}.tar.gz"`,
    ])
    expect(headers['x-content-type-options']).to.equal('nosniff')
    const found: Record<string, number> = {}
    const archive = extract()
    Readable.from(bytes).pipe(createGunzip()).pipe(archive)
    for await (const entry of archive) {
      let size = 0
      for await (const chunk of entry) size += (chunk as Buffer).length
      if (entry.header.type === 'file') found[entry.header.name] = size
    }
    expect(found).to.include({ 'sub/a.txt': 1, 'b.bin': 300_000, 'c.bin': 300_000 })
  })

  it('have what processes printed among them, while they print and later', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3])
    let goOn!: () => void
    const going = new Promise<void>((resolve) => (goOn = resolve))
    service.manager.register('PRINT', {
      files: true,
      async run(ops) {
        const place = await ops.workspace()
        const writer = new RecordWriter(place.record, 'stdout', { attempt: ops.attempt })
        const print = (piece: string | Buffer) => {
          writer.write(Buffer.from(piece as string))
          place.grew()
        }
        print('one\n')
        await going
        print(bytes)
        print('\nlast')
        writer.close()
      },
    })
    const { task } = await service.manager.create('PRINT')
    const path = `/hk/tasks/${task.id}/output?stream=stdout`
    const following = await opened(service, 'GET', `${path}&follow=true`, {
      headers: { accept: 'text/plain' },
    })
    const chunks: Buffer[] = [(await once(following, 'data'))[0] as Buffer]
    expect(chunks[0]!.toString()).to.equal('one\n')
    goOn()
    following.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(following, 'end')
    const printed = Buffer.concat([Buffer.from('one\n'), bytes, Buffer.from('\nlast')])
    expect(Buffer.concat(chunks).toString('hex')).to.equal(printed.toString('hex'))
    const kept = await fetched(service, files(task.id, '/.majordomo/stdout'))
    expect(kept.bytes.toString('hex')).to.equal(printed.toString('hex'))
    expect(kept.headers['content-type']).to.equal('text/plain; charset=utf-8')
    expect(kept.headers['content-disposition']).to.match(/^inline/)
    const part = { headers: { range: 'bytes=-4' } }
    expect((await fetched(service, files(task.id, '/.majordomo/stdout'), part)).bytes.toString()).to.equal(
      'last',
    )
    const { body } = await ask(service, 'GET', `${path}&after=4`)
    expect(
      body.items.map(({ seq, base64, partial }: Record<string, unknown>) => [seq, base64, partial]),
    ).to.deep.equal([
      [8, '/wDD', undefined],
      [12, undefined, true],
    ])
  })

  it('are none for a task without any, and for one that is not there', async () => {
    const { task } = await service.manager.create('ECHO')
    expect((await ask(service, 'GET', files(task.id))).body).to.deep.equal({ items: [] })
    for (const path of ['/x', '.tar.gz']) {
      const { status, body } = await ask(service, 'GET', files(task.id, path))
      expect([status, body.code], path).to.deep.equal([404, 'file-not-found'])
    }
    for (const path of ['', '/x', '.tar.gz']) {
      const { status, body } = await ask(service, 'GET', files('none', path))
      expect([status, body.code], path).to.deep.equal([404, 'task-not-found'])
    }
  })

  it('are for those who may view their task, and for others not there', async () => {
    const people = { ann: { view: { FILE: true } }, bob: { view: { ECHO: true }, create: ['FILE'] } } as const
    const guarded = await serveFiles({ router: { access: rulesFor(people) } })
    const id = await guarded.filed({ a: 'a' })
    for (const path of ['', '/a', '.tar.gz', '/nope']) {
      const as = (user: string) => ask(guarded, 'GET', files(id, path), { headers: { 'x-user': user } })
      expect((await as('ann')).status, path).to.equal(path === '/nope' ? 404 : 200)
      const bob = await as('bob')
      expect([bob.status, bob.body.code], path).to.deep.equal([404, 'task-not-found'])
      expect((await ask(guarded, 'GET', files(id, path))).status, path).to.equal(401)
    }
    await guarded.close()
  })

  it('are read at a path that takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const { status, headers } = await ask(service, method, files('x', '/a/b'))
      expect([status, headers.allow], method).to.deep.equal([405, 'GET, HEAD, OPTIONS'])
    }
  })
})
