/**
 * Builds the package into dist: `npm run build`. The compiler makes the declarations; esbuild puts each subpath's modules
 * together, because Node needs half a millisecond for each file that it loads, and a host that only starts up should
 * not wait for seventy. What several subpaths use stands in chunks that they share, so that nothing exists twice.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const { exports, engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  exports: Record<string, string | { readonly default: string }>
  engines: { readonly node: string }
}

/** `./dist/src/index.js` is made of `src/index.ts`. */
const entryPoints = Object.values(exports)
  .filter((target) => typeof target === 'object')
  .map((target) => target.default.replace('./dist/', '').replace(/\.js$/, '.ts'))

/** Started as a program, and found beside the module that starts it. */
const programs = ['src/animators/process/spawner.ts']

rmSync(`${root}dist`, { recursive: true, force: true })

execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })

await build({
  absWorkingDir: root,
  entryPoints: [...entryPoints, ...programs],
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'src/chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: `node${engines.node.replace('>=', '')}`,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
})
