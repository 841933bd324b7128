// What it takes to import a package, and where asked to construct a manager, in a fresh process.
import { tell } from '../lib/rounds.mjs'

const [what] = process.argv.slice(2)
await import('express')
const start = performance.now()
let made
if (what === 'majordomo') {
  const { Manager } = await import('majordomo')
  made = new Manager()
}
tell({ ms: performance.now() - start, made: Number(made !== undefined) })
