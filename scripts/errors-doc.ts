/**
 * Writes docs/errors.md from the table of error codes: `npm run generate:errors`.
 * test/core/errors.test.ts fails while the two differ.
 */
import { writeFile } from 'node:fs/promises'
import { ERROR_CODES } from '../src/core/errors.ts'

const INTRODUCTION = `# Errors

Every error that Majordomo tells has one of these codes, in a thrown \`MajordomoError\` as \`error.code\`, and in a problem
document (RFC 9457) of the API as \`code\`, with the status beside it. Go by the code: messages may change.

Where an input has faults, each is listed with its place as a JSON Pointer (RFC 6901), in \`error.faults\` and in the
problem's \`errors\`.

<!-- Made by scripts/errors-doc.ts from src/core/errors.ts. Do not edit: npm run generate:errors -->
`

/** The text of docs/errors.md. */
export function errorsDoc(): string {
  const entries = Object.entries(ERROR_CODES).map(([code, { status, help }]) => [
    `\`${code}\``,
    String(status),
    help,
  ])
  return `${INTRODUCTION}\n${table(['Code', 'Status', 'What it means'], entries)}`
}

/** Padded as prettier would, so that formatting changes nothing. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(...[head, ...rows].map((row) => (row[i] ?? title).length)))
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('')
}

if (import.meta.filename === process.argv[1]) {
  await writeFile(new URL('../docs/errors.md', import.meta.url), errorsDoc())
}
