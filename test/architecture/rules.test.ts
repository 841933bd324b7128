import { expect } from 'chai'
import ts from 'typescript'
import { nodes, parsed, place, sources, type Source } from './sources.ts'

const LONGEST_FILE = 300
const SILENCER = /@ts-(ignore|expect-error|nocheck)/

describe('The source files', () => {
  it(`have at most ${LONGEST_FILE} lines, because a longer file holds two ideas`, () => {
    expect(
      sources()
        .filter(({ tree }) => lines(tree) > LONGEST_FILE)
        .map(({ path }) => path),
    ).to.deep.equal([])
  })

  it('have no await at the top level, because require() could not load the package then', () => {
    expect(found(topLevelAwait)).to.deep.equal([])
    expect(topLevelAwait(parsed('x.ts', 'const x = await y'))).to.have.length(1)
    expect(topLevelAwait(parsed('x.ts', 'if (a) { for await (const x of y) {} }'))).to.have.length(1)
    expect(topLevelAwait(parsed('x.ts', 'const f = async () => await y; class C { async m() { await y } }')))
      .to.be.empty
  })

  it('keep no changing state in a module, because two managers in one process would share it', () => {
    expect(found(moduleState)).to.deep.equal([])
    for (const state of [
      'let x = 1',
      'var x = 1',
      'export let x',
      'const x = new Map()',
      'const x: X[] = []',
      'const x = {}',
    ]) {
      expect(moduleState(parsed('x.ts', state)), state).to.have.length(1)
    }
    expect(moduleState(parsed('x.ts', 'const x = new Set([1]); const f = () => { let y = 1; return y }'))).to
      .be.empty
  })

  it('silence the type checker nowhere', () => {
    expect(found(silenced)).to.deep.equal([])
    for (const text of [
      '// @ts-ignore\nx()',
      'f(() => {\n  // @ts-expect-error\n  x()\n})',
      'x as any',
      '<any>x',
    ]) {
      expect(silenced(parsed('x.ts', text)), text).to.have.length(1)
    }
    expect(silenced(parsed('x.ts', `const text = '// @ts-ignore'; const like = /as any/`))).to.be.empty
  })
})

function found(rule: (source: Source) => ts.Node[]): string[] {
  return sources().flatMap((source) => rule(source).map((node) => place(source, node)))
}

function lines(tree: ts.SourceFile): number {
  return tree.text.trimEnd().split('\n').length
}

function topLevelAwait({ tree }: Source): ts.Node[] {
  return [...nodes(tree, (node) => !ts.isFunctionLike(node))].filter(
    (node) => ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined),
  )
}

function moduleState({ tree }: Source): ts.Node[] {
  return tree.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }): ts.Node[] => {
    if ((declarationList.flags & ts.NodeFlags.Const) === 0) return [declarationList]
    return declarationList.declarations.filter(({ initializer }) => isEmpty(initializer))
  })
}

/** An empty collection at module level is there to be filled. */
function isEmpty(value: ts.Expression | undefined): boolean {
  if (value === undefined) return false
  if (ts.isArrayLiteralExpression(value)) return value.elements.length === 0
  if (ts.isObjectLiteralExpression(value)) return value.properties.length === 0
  if (!ts.isNewExpression(value) || !ts.isIdentifier(value.expression)) return false
  return ['Map', 'Set'].includes(value.expression.text) && (value.arguments ?? []).length === 0
}

function silenced({ tree }: Source): ts.Node[] {
  const seen = new Set<number>()
  return [...nodes(tree)].filter((node) => {
    if (ts.isAssertionExpression(node) && node.type.kind === ts.SyntaxKind.AnyKeyword) return true
    const start = node.getFullStart()
    if (seen.has(start)) return false
    seen.add(start)
    return (ts.getLeadingCommentRanges(tree.text, start) ?? []).some(({ pos, end }) =>
      SILENCER.test(tree.text.slice(pos, end)),
    )
  })
}
