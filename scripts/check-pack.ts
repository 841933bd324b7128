/**
 * Tries the package as its users get it: `npm run test:pack`. Packs the tarball, installs it into an empty project, and
 * there loads, compiles and runs it in each way that the README promises. Needs the npm registry.
 */
import { execFile } from 'node:child_process'
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../', import.meta.url))
const bin = (name: string): string => join(root, 'node_modules/.bin', name)

interface Manifest {
  name: string
  exports: Record<string, string | { types: string; default: string }>
  devDependencies: Record<string, string>
}

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
const modules = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([subpath]) => subpath.replace('.', manifest.name))

/** How a user's TypeScript may see the package; each one compiles, and those that Node can run, run. */
const dialects = [
  { name: 'esm', type: 'module', module: 'nodenext', moduleResolution: 'nodenext', runs: true },
  { name: 'cjs', type: 'commonjs', module: 'nodenext', moduleResolution: 'nodenext', runs: true },
  { name: 'bundler', type: 'module', module: 'esnext', moduleResolution: 'bundler', runs: false },
]

async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  process.stdout.write(`${title} ... `)
  const answer = await work()
  process.stdout.write('ok\n')
  return answer
}

async function pack(into: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', into], { cwd: root })
  return join(into, stdout.trim().split('\n').at(-1) ?? '')
}

async function install(project: string, ...packages: string[]): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts']
  await run('npm', ['install', ...quiet, ...packages], { cwd: project })
}

/** What the tests of this repository use, so that a new release of another package does not turn this check red. */
function pinned(...names: string[]): string[] {
  return names.map((name) => `${name}@${manifest.devDependencies[name]}`)
}

async function emptyProject(folder: string, name: string): Promise<string> {
  const project = join(folder, name)
  await mkdir(project)
  await writeFile(join(project, 'package.json'), JSON.stringify({ name, private: true }))
  return project
}

async function node(project: string, kind: 'module' | 'commonjs', code: string): Promise<void> {
  await run(process.execPath, [`--input-type=${kind}`, '--eval', code], { cwd: project, timeout: 30_000 })
}

async function withoutPeers(folder: string, tarball: string): Promise<void> {
  const project = await emptyProject(folder, 'plain')
  await install(project, tarball)
  // npm brings express for express-openapi-validator; another package manager, or --omit=peer, does not.
  for (const peer of ['express', 'winston'])
    await rm(join(project, 'node_modules', peer), { recursive: true, force: true })
  await node(project, 'module', `const { Manager } = await import('${manifest.name}'); new Manager()`)
}

async function sourceMaps(dist: string): Promise<void> {
  const maps = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith('.map'))
  if (maps.length === 0) throw new Error('there are no source maps')
  for (const path of maps) {
    const { sources } = JSON.parse(await readFile(join(dist, path), 'utf8')) as { sources: string[] }
    for (const source of sources) await access(join(dist, dirname(path), source))
  }
}

async function compile(
  project: string,
  { name, type, module, moduleResolution, runs }: (typeof dialects)[number],
): Promise<void> {
  const folder = join(project, name)
  await cp(join(root, 'scripts/pack'), folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }))
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'],
    module,
    moduleResolution,
    strict: true,
    types: ['node'],
    outDir: 'out',
    rootDir: '.',
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  await run(bin('tsc'), ['-p', '.'], { cwd: folder })
  if (runs) await run(process.execPath, ['out/usage.js'], { cwd: folder, timeout: 30_000 })
}

async function check(folder: string): Promise<void> {
  const tarball = await step('build and pack', () => pack(folder))
  await step('a plain install needs neither express nor winston', () => withoutPeers(folder, tarball))

  const project = await emptyProject(folder, 'user')
  const others = pinned('express', 'winston', 'undici', '@types/express', '@types/node')
  await step('install beside express, winston and undici', () => install(project, tarball, ...others))
  await step('source maps lead to source files', () =>
    sourceMaps(join(project, 'node_modules', manifest.name, 'dist')),
  )
  for (const name of modules) {
    await step(`import ${name}`, () => node(project, 'module', `await import('${name}')`))
    await step(`require ${name}`, () => node(project, 'commonjs', `require('${name}')`))
  }
  for (const dialect of dialects) await step(`compile as ${dialect.name}`, () => compile(project, dialect))
  await step('run beside express 4', async () => {
    await install(project, 'express@4')
    await run(process.execPath, ['out/usage.js'], { cwd: join(project, 'esm'), timeout: 30_000 })
  })

  await step('publint', () => run(bin('publint'), ['run', tarball, '--strict']))
  // The package is ESM only and says so. Every Node it supports can require() it, so attw's warning that require
  // reaches an ES module is no fault here; and node10, the resolution of old TypeScript, knows no exports at all.
  const ignore = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm']
  const entries = ['--entrypoints', ...modules.map((name) => name.replace(manifest.name, '.'))]
  await step('attw', () => run(bin('attw'), [tarball, ...ignore, ...entries]))
}

const folder = await mkdtemp(join(tmpdir(), 'majordomo-pack-'))
try {
  await check(folder)
} catch (error) {
  const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string }
  console.error(`failed: ${message}\n${stdout}${stderr}`)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
