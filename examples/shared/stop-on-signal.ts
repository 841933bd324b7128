/** npm and tsx hand on a Ctrl-C that the terminal has sent to all of them already; that comes within so long, ms. */
const SAME_KEY = 1_000

/** Stops the service at SIGINT and SIGTERM. A second signal does not wait. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let askedAt: number | undefined
  const asks = async (signal: string): Promise<void> => {
    if (askedAt !== undefined && performance.now() - askedAt < SAME_KEY) return
    if (askedAt !== undefined) process.exit(1)
    askedAt = performance.now()
    console.log(`${signal}: stopping`)
    await stop()
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void asks(signal))
}
