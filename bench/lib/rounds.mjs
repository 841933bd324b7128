/** CPU time of `job`, in µs per piece, and pieces per second of wall time: medians of several rounds after a warm-up. */
export async function timed(pieces, rounds, job) {
  await job()
  const cpu = []
  const rate = []
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    const start = performance.now()
    await job()
    const { user, system } = process.cpuUsage(before)
    cpu.push((user + system) / pieces)
    rate.push((pieces / (performance.now() - start)) * 1000)
  }
  const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
  return { cpu: middle(cpu), rate: middle(rate) }
}

/** The value below which 99 of 100 are. */
export function p99(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length * 0.99)]
}

export function tell(measured) {
  process.stdout.write(`${JSON.stringify(measured)}\n`)
}

/** Milliseconds of a clock that all processes of the machine share. */
export function sharedNow() {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000
}
