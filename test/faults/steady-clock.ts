/** Milliseconds of a clock that never jumps and that all processes of the machine share: which of two was first. */
export function steadyNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
