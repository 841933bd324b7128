import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The program of the spawner: it lies beside this file as source, and beside `index.js` as part of the package, and so it has
 * the same name here. Undefined where it does not: in a service that was bundled into one file.
 */
export function spawnerScript(): string | undefined {
  const here = fileURLToPath(import.meta.url)
  const script = fileURLToPath(new URL(`./spawner${extname(here)}`, import.meta.url))
  return existsSync(script) ? script : undefined
}
