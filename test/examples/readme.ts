import { readFile } from 'node:fs/promises'

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
