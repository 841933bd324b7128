import { expect } from 'chai'
import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)
const PAGE = readFileSync(new URL('docs/reliability.md', ROOT), 'utf8')

/** The tests in the list at the end of the page: their short names, file and title. */
function listed(): { names: string[]; file: string; title: string }[] {
  const lines = PAGE.slice(PAGE.indexOf('## The tests')).split('\n')
  return lines.flatMap((line) => {
    const [, names, file, title] = /^- (.*), `(.*\.test\.ts)`: (.*)$/.exec(line) ?? []
    if (names === undefined || file === undefined || title === undefined) return []
    return [{ names: quoted(names), file, title }]
  })
}

/** What the last column of the table says. */
function referredTo(): string[] {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('|'))
  const wide = rows.map((row) => row.split('|').slice(1, -1)).filter((cells) => cells.length === 5)
  return wide.flatMap((cells) => quoted(cells.at(-1)!))
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]*)`/g)].map(([, name]) => name!)
}

describe('docs/reliability.md', () => {
  it('names tests that are there', () => {
    const missing = listed().filter(
      ({ file, title }) => !readFileSync(new URL(file, ROOT), 'utf8').includes(title),
    )
    expect(missing).to.deep.equal([])
  })

  it('lists each test that its table refers to, and no other', () => {
    const names = listed().flatMap(({ names }) => names)
    expect([...new Set(referredTo())].sort()).to.deep.equal(names.sort())
    expect(names).to.have.length.greaterThan(20)
  })
})
