const LINE_END = 0x0a

/** Cuts bytes at their line ends, as they come: `part` gets what stands between two of them, `ended` is called at each. */
export function cutLines(bytes: Uint8Array, part: (bytes: Uint8Array) => void, ended: () => void): void {
  let from = 0
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, from)) {
    part(bytes.subarray(from, end))
    ended()
    from = end + 1
  }
  part(bytes.subarray(from))
}
