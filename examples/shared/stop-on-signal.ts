/** Stops the service at SIGINT and SIGTERM. A second signal does not wait. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let asked = 0
  const asks = async (signal: string): Promise<void> => {
    if (++asked > 1) process.exit(1)
    console.log(`${signal}: stopping`)
    await stop()
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void asks(signal))
}
