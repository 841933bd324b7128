/**
 * A name as it lies in a folder: a text, or its bytes where they are none. Processes may give any bytes for a name; users are
 * shown names that they can read, send in a URL and find in an archive.
 */
export type RawName = string | Buffer

export function rawName(bytes: Buffer): RawName {
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) ? text : bytes
}

/**
 * The name with `%` and two digits in the place of each byte that belongs to no character, and of `%`, so that there is a way
 * back: `caf%E9` for Latin-1's café. A text is shown as it is.
 */
export function shownName(name: RawName): string {
  if (typeof name === 'string') return name
  let shown = ''
  for (let at = 0; at < name.length;) {
    const character = name[at] === PERCENT ? undefined : characterAt(name, at)
    shown += character ?? `%${name[at]!.toString(16).toUpperCase()}`
    at += character === undefined ? 1 : Buffer.byteLength(character)
  }
  return shown
}

/** The bytes of a name that is shown so because they are no text; undefined where it can only be a text. */
export function bytesShownAs(shown: string): Buffer | undefined {
  if (!ESCAPED.test(shown)) return undefined
  const parts = shown.split(ESCAPED).map((part, i) => Buffer.from(part, i % 2 === 1 ? 'hex' : 'utf8'))
  const bytes = Buffer.concat(parts)
  return shownName(rawName(bytes)) === shown ? bytes : undefined
}

const PERCENT = 0x25

/** Other bytes below 80 are characters. */
const ESCAPED = /%(25|[89A-F][0-9A-F])/

function characterAt(bytes: Buffer, at: number): string | undefined {
  const lead = bytes[at]!
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  const found = rawName(bytes.subarray(at, at + length))
  return typeof found === 'string' ? found : undefined
}
