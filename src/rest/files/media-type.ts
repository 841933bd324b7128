import mimeTypes from 'mime-types'

/** What processes printed: streams that only look like files. */
const RECORDED: ReadonlySet<string> = new Set(['.majordomo/stdout', '.majordomo/stderr'])

/** Text that a browser shows as it is, and would only save under the type that it has. */
const AS_TEXT: ReadonlySet<string> = new Set([
  'text/plain',
  'text/csv',
  'text/markdown',
  'text/tab-separated-values',
])

/** Pictures that run nothing; SVG is not among them. */
const PICTURES: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
])

const PLAIN_TEXT = 'text/plain'
const BYTES = 'application/octet-stream'

/** The media type that a file's name tells. */
export function mediaType(path: string): string {
  if (RECORDED.has(path)) return PLAIN_TEXT
  // Without a folder before it, a file named `html` would count as one that ends so.
  return mimeTypes.lookup(`./${path}`) || BYTES
}

/** The type under which a browser may show a file, with its charset; undefined for what it may only save. */
export function shownType(path: string): string | undefined {
  const type = mediaType(path)
  if (AS_TEXT.has(type)) return `${PLAIN_TEXT}; charset=utf-8`
  return PICTURES.has(type) ? type : undefined
}
