import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The packages that a process has loaded by the time it exits by itself, those of the TypeScript loader aside. */
async function loadedBy(code: string): Promise<string[]> {
  const script = `
    import { createRequire } from 'node:module'
    ${code}
    process.on('exit', () => console.log(JSON.stringify(Object.keys(createRequire('${root}').cache))))
  `
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 50_000 })
  const paths = JSON.parse(stdout) as string[]
  const names = paths.map((path) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1])
  return [...new Set(names)].filter(
    (name) => name !== undefined && !['tsx', 'esbuild'].includes(name),
  ) as string[]
}

const WITH_SCHEMA = `
  import { Manager } from './src/index.ts'
  const manager = new Manager()
  manager.register('UPLOAD_PURGE', {
    args: { type: 'object', properties: { olderThanDays: { type: 'integer' } } },
    run: ({ args }) => args.olderThanDays,
  })
`

describe('A process that uses majordomo', function () {
  // Each test starts a process, and other work may slow the machine down.
  this.timeout(60_000)

  it('loads no other package, and exits by itself, where it makes a manager and registers without a schema', async () => {
    const code = `
      import { Manager } from './src/index.ts'
      new Manager().register('NOTHING', { run() {} })
    `
    expect(await loadedBy(code)).to.deep.equal([])
  })

  it('loads the schema compiler and nothing else that is optional for an animator with an argument schema', async () => {
    const packages = await loadedBy(
      `${WITH_SCHEMA}; await manager.create('UPLOAD_PURGE', { olderThanDays: 1 })`,
    )
    expect(packages).to.include('ajv')
    expect(packages).not.to.include.oneOf([
      'winston',
      'express',
      'express-openapi-validator',
      'swagger-ui-express',
    ])
  })

  it('exits by itself once its tasks have ended, though it never closes the manager', async () => {
    const ended = `await manager.waitFor((await manager.create('UPLOAD_PURGE', { olderThanDays: 1 })).task.id)`
    expect(await loadedBy(`${WITH_SCHEMA}; ${ended}`)).to.include('ajv')
  })

  it('exits by itself after it closed the manager', async () => {
    expect(await loadedBy(`${WITH_SCHEMA}; await manager.open(); await manager.close()`)).to.be.an('array')
  })
})
