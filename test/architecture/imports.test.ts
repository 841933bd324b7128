import { expect } from 'chai'
import { posix } from 'node:path'
import ts from 'typescript'
import { LAYERS, type Layer } from './directions.ts'
import { nodes, parsed, place, sources, type Source } from './sources.ts'

describe('The imports of src', () => {
  it('go only in the directions of the table', () => {
    expect(sources().flatMap(faults)).to.deep.equal([])
  })

  it('are refused when they point upwards, whatever their form', () => {
    const forms = [
      `import { Manager } from '../manager/manager.ts'`,
      `import type { Manager } from '../manager/manager.ts'`,
      `export * from '../manager/manager.ts'`,
      `type Manager = import('../manager/manager.ts').Manager`,
      `const late = () => import('../manager/manager.ts')`,
      `const late = createRequire(import.meta.url)('../manager/manager.ts')`,
    ]
    for (const form of forms) {
      expect(faults(parsed('core/task.ts', form)), form).to.deep.equal([
        'core/task.ts:1 imports manager/manager.ts: core may import nothing of ours, ' +
          'because everything else stands on the core, and it does no I/O',
      ])
    }
  })

  it('are refused when a package is not of the layer that uses it', () => {
    expect(faults(parsed('client/index.ts', `import { readFile } from 'node:fs'`))).to.have.length(1)
    expect(faults(parsed('rest/index.ts', `import { readFile } from 'node:fs'`))).to.deep.equal([])
    expect(faults(parsed('manager/manager.ts', `import winston from 'winston'`))).to.have.length(1)
  })

  it('are refused in a folder that the table does not know', () => {
    expect(faults(parsed('misc/index.ts', '')).join()).to.contain(
      'no layer in test/architecture/directions.ts',
    )
  })
})

function faults(source: Source): string[] {
  const layer = layerOf(source.path)
  if (layer === undefined)
    return [`${source.path} is in no layer in test/architecture/directions.ts: give it one`]
  return specifiers(source).flatMap((specifier) => {
    const target = targetOf(source, specifier.text)
    if (allowed(layer, target)) return []
    const rule = target.ours ? among(layer.may, 'of ours') : among(layer.packages, 'from outside')
    return [
      `${place(source, specifier)} imports ${target.name}: ${layer.parts[0]} may import ${rule}, because ${layer.because}`,
    ]
  })
}

interface Target {
  readonly name: string
  readonly ours: boolean
}

function targetOf(source: Source, specifier: string): Target {
  if (!specifier.startsWith('.')) return { name: specifier, ours: false }
  const path = posix.join('src', posix.dirname(source.path), specifier)
  return { name: path.startsWith('src/') ? path.slice('src/'.length) : path, ours: true }
}

function allowed(layer: Layer, { name, ours }: Target): boolean {
  if (ours) return [...layer.parts, ...layer.may].some((part) => within(part, name))
  return layer.packages.some((item) => (item === 'node:*' ? name.startsWith('node:') : within(item, name)))
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ parts }) => parts.some((part) => within(part, path)))
}

function within(part: string, path: string): boolean {
  return path === part || path.startsWith(`${part}/`)
}

function among(names: readonly string[], kind: string): string {
  return names.length === 0 ? `nothing ${kind}` : `only ${names.join(', ')} ${kind}`
}

/** The text after `from`, in every form that an import has. */
function specifiers({ tree }: Source): ts.StringLiteral[] {
  return [...nodes(tree)]
    .map((node) => {
      if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
      if (ts.isImportTypeNode(node))
        return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
      if (ts.isCallExpression(node) && loads(node.expression)) return node.arguments[0]
      return undefined
    })
    .filter((node) => node !== undefined && ts.isStringLiteral(node))
}

/** `import(…)`, `require(…)` and `createRequire(…)(…)`. */
function loads(called: ts.Expression): boolean {
  if (ts.isCallExpression(called))
    return ts.isIdentifier(called.expression) && called.expression.text === 'createRequire'
  return called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require')
}
