import { forgetFamily, markOf } from '../host/family.ts'
import { LocalHost } from '../host/local-host.ts'
import type { HostedRun, LaunchOrder } from '../host/order.ts'
import { Reaper } from '../host/reaper.ts'
import { writtenError, type FromSpawner, type Introduction, type ToSpawner } from './messages.ts'

/**
 * The life of a spawner: does what its service says, and leaves when that closes it. When the service has died it ends
 * its processes first, with whatever earlier ones have left, and goes on listening to those that are to be found again.
 */
export function serve(introduction: Introduction): void {
  const { service, family } = introduction
  const host = new LocalHost(service)
  const reaper = new Reaper()
  const runs = new Map<number, HostedRun>()

  const say = (message: FromSpawner): void => {
    // A service that has died hears nothing, and 'disconnect' tells of it.
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  }

  const launch = ({ run: number, order }: ToSpawner & { say: 'launch' }): void => {
    const run = launched(host, order)
    if (run instanceof Error) return say({ say: 'failed', run: number, error: writtenError(run) })
    runs.set(number, run)
    run.onGrowth(() => say({ say: 'grew', run: number }))
    run.started.then(
      (started) => say({ say: 'started', run: number, started }),
      // The end tells of it too.
      () => {},
    )
    run.ended
      .then(
        (end) => say({ say: 'ended', run: number, end }),
        (error: unknown) => say({ say: 'failed', run: number, error: writtenError(error) }),
      )
      .finally(() => runs.delete(number))
      .catch(() => {})
  }

  /** What the service would do as it closes. */
  const endFamily = async (): Promise<void> => {
    if (family !== undefined && !process.connected) await reaper.killMarked(markOf(family), host.marks)
  }

  const leave = async (): Promise<void> => {
    const closed = host.close(({ leftover }) => leftover === 'adopt' && !process.connected)
    await endFamily()
    await closed
    await endFamily()
    if (family !== undefined && !process.connected) forgetFamily(family)
    process.exit()
  }

  process.on('message', (message: ToSpawner) => {
    if (message.say === 'launch') launch(message)
    else if (message.say === 'stop') runs.get(message.run)?.stop()
    else if (message.say === 'answer') say({ say: 'here' })
    else void leave()
  })
  process.once('disconnect', () => void leave())
  // What stops a whole group or service stops the service, which closes this one in its time. Alone, it has to end what it keeps.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!process.connected) host.stop()
    })
  // Nobody may be left to read it.
  process.stderr.on('error', () => {})
}

/** A host that is being closed takes no more. */
function launched(host: LocalHost, order: LaunchOrder): HostedRun | Error {
  try {
    return host.launch(order)
  } catch (error) {
    return error as Error
  }
}
