import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { withItemErrors } from '../../scripts/item-errors-doc.ts'

const ROOT = new URL('../../', import.meta.url)
const PAGE = text('docs/fanout.md')

function text(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8')
}

/** Names of the fields of all interfaces in a source file, but for those that are named. */
function fieldsIn(file: string, but: readonly string[] = []): string[] {
  const interfaces = [...text(file).matchAll(/^export interface (\w+)[^{]*\{\n(.*?)^\}/gms)]
  return interfaces
    .filter(([, name]) => !but.includes(name!))
    .flatMap(([, , body]) => [...body!.matchAll(/^ +readonly (\w+)/gm)].map(([, field]) => field!))
}

describe('docs/fanout.md', () => {
  it('has the codes of items as they are in the source', () => {
    expect(PAGE, 'run npm run generate:errors').to.equal(withItemErrors(PAGE))
    expect(PAGE).to.include('| `perhaps-sent`')
  })

  it('tells of every field of a request, a list, an item and a summary, and of every option', () => {
    const fields = [
      ...fieldsIn('src/animators/fanout/request.ts'),
      ...fieldsIn('src/animators/fanout/item.ts'),
      ...fieldsIn('src/animators/fanout/task/tally.ts'),
      ...fieldsIn('src/animators/fanout/room/options.ts', ['FanOutSettings']),
      ...fieldsIn('src/animators/fanout/task/options.ts', ['CallerLimits']),
    ]
    expect(fields).to.include.members(['retry', 'perhapsSent', 'p99', 'lookup', 'maxKeepBody'])
    const inCode = [...PAGE.replaceAll(/^```.*?^```$/gms, '').matchAll(/`([^`\n]+)`/g)]
    const told = new Set(inCode.flatMap(([, code]) => code!.match(/\w+/g) ?? []))
    expect(fields.filter((field) => !told.has(field))).to.deep.equal([])
  })

  it('leads to places that are there', () => {
    const headings = [...PAGE.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    const links = [...PAGE.matchAll(/\]\(#([\w-]+)\)/g)].map(([, place]) => place!)
    expect(links).to.have.length.greaterThan(5)
    expect(links.filter((place) => !headings.includes(place))).to.deep.equal([])
  })
})
