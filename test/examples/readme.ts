import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A fenced block of a Markdown file: ` ```lang mark `. */
export interface Block {
  readonly language: string
  readonly mark: string
  readonly text: string
  /** What the document says that it prints: the block right behind it, when that is marked `output`. */
  readonly output: string | undefined
}

export async function blocksOf(file: string): Promise<Block[]> {
  const text = await readFile(file, 'utf8')
  const found = [...text.matchAll(/^```(\w+)(?: (\w+))?\n(.*?)^```$/gms)].map(([, language, mark, body]) => ({
    language: language!,
    mark: mark ?? '',
    text: body!,
  }))
  return found.map((block, i) => {
    const next = found[i + 1]
    return { ...block, output: next?.mark === 'output' ? next.text : undefined }
  })
}

const SOURCES: Readonly<Record<string, string>> = {
  majordomo: 'src/index.ts',
  'majordomo/express': 'src/rest/index.ts',
  'majordomo/client': 'src/client/index.ts',
  'majordomo/fanout': 'src/animators/fanout/index.ts',
  'majordomo/sqlite': 'src/engine/sqlite/index.ts',
  'majordomo/testing': 'src/testing/index.ts',
  'majordomo/winston': 'src/winston/index.ts',
}

/** The code of a block, with the package's names led to its sources, so that it runs without a build. */
export function fromSources(code: string, root: string): string {
  return code.replaceAll(/(from ')([^']+)(')/g, (all, before: string, name: string, after: string) => {
    const source = SOURCES[name] ?? (name.startsWith('./src/') ? name.slice(2) : undefined)
    return source === undefined ? all : before + root + source + after
  })
}

/** Whether the text is what the document says; `…` in it stands for anything. */
export function fits(text: string, expected: string): boolean {
  const parts = expected
    .trim()
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^]*?')}$`).test(text.trim())
}

/** A folder in which a reader tries what a document says. */
export class Desk {
  private constructor(
    readonly folder: string,
    readonly root: string,
  ) {}

  static async made(root: string): Promise<Desk> {
    const folder = await mkdtemp(join(tmpdir(), 'readme-'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await symlink(`${root}node_modules`, join(folder, 'node_modules'))
    return new Desk(folder, root)
  }

  async save(name: string, code: string): Promise<void> {
    await writeFile(join(this.folder, name), fromSources(code, this.root))
  }

  /** What it prints, both streams. @throws where it does not end well */
  async run(command: string, args: readonly string[]): Promise<string> {
    const child = spawn(command, args, { cwd: this.folder })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (text += piece.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    expect(code, text).to.equal(0)
    return text
  }

  /** Saves the code and runs it. */
  async ran(name: string, code: string, args: readonly string[] = []): Promise<string> {
    await this.save(name, code)
    return this.run(process.execPath, ['--import', 'tsx', name, ...args])
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}
