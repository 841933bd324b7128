/**
 * Pieces a second of `job`, and CPU time per piece in µs (here, and in the server where `serverCpu` answers what it has
 * used so far): medians of several rounds after a warm-up. What `before` does to prepare each round is not counted.
 */
export async function throughput({
  pieces,
  rounds,
  before = async () => {},
  job,
  serverCpu = async () => 0,
}) {
  const measured = { rate: [], cpu: [], server: [] }
  for (let round = -1; round < rounds; round++) {
    await before()
    const served = await serverCpu()
    const used = process.cpuUsage()
    const start = performance.now()
    await job()
    const took = performance.now() - start
    const { user, system } = process.cpuUsage(used)
    // The first round only warms up.
    if (round < 0) continue
    measured.rate.push((pieces / took) * 1000)
    measured.cpu.push((user + system) / pieces)
    measured.server.push(((await serverCpu()) - served) / pieces)
  }
  return Object.fromEntries(Object.entries(measured).map(([name, values]) => [name, middle(values)]))
}

export function middle(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
