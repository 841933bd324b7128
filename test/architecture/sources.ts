import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))

/** One file of src: its path below src with forward slashes, and its syntax tree. */
export interface Source {
  readonly path: string
  readonly tree: ts.SourceFile
}

/** Every TypeScript file below src. */
export function sources(): Source[] {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.[cm]?tsx?$/.test(path),
  )
  return paths.sort().map((path) => parsed(path.replaceAll('\\', '/'), readFileSync(SRC + path, 'utf8')))
}

export function parsed(path: string, text: string): Source {
  return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) }
}

/** All nodes below `node`, and itself; `into` answers whether to look inside one. */
export function* nodes(node: ts.Node, into: (node: ts.Node) => boolean = () => true): Generator<ts.Node> {
  yield node
  if (!into(node)) return
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => void children.push(child))
  for (const child of children) yield* nodes(child, into)
}

/** Where a node is, as `manager/runner.ts:12`. */
export function place({ path, tree }: Source, node: ts.Node): string {
  return `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`
}
