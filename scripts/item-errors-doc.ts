/**
 * Writes the table of error codes of items in docs/fanout.md: `npm run generate:errors`.
 * test/docs/fanout.test.ts fails while the two differ.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { ITEM_ERRORS } from '../src/animators/fanout/item.ts'
import { table } from './errors-doc.ts'

const PAGE = new URL('../docs/fanout.md', import.meta.url)
const MADE = /(<!-- Made by scripts\/item-errors-doc\.ts .*-->\n)[^]*?(<!-- End of what is made\. -->)/

/** The page with the table in its place. */
export function withItemErrors(page: string): string {
  const rows = Object.entries(ITEM_ERRORS).map(([code, help]) => [`\`${code}\``, help])
  const made = table(['Code', 'What it means'], rows)
  return page.replace(MADE, (_, begin: string, end: string) => `${begin}\n${made}\n${end}`)
}

if (import.meta.filename === process.argv[1])
  await writeFile(PAGE, withItemErrors(await readFile(PAGE, 'utf8')))
