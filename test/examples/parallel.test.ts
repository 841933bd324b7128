import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import { forEachOf } from '../../examples/file-share/parallel.ts'
import { rejection } from '../rejection.ts'

describe('forEachOf of the example', () => {
  const never = new AbortController().signal

  it('works on each item once, and on no more at once than it may', async () => {
    let now = 0
    let most = 0
    const seen: number[] = []
    await forEachOf(never, 3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
      most = Math.max(most, ++now)
      await turn()
      seen.push(item)
      now--
    })
    expect(seen).to.have.members([1, 2, 3, 4, 5, 6, 7])
    expect(most).to.equal(3)
  })

  it('stops the others when one fails, and settles when all have stopped', async () => {
    let running = 0
    let begun = 0
    const failure = new Error('second')
    const error = await rejection(
      forEachOf(never, 2, [1, 2, 3, 4, 5], async (item, signal) => {
        begun++
        running++
        try {
          await turn()
          if (item === 2) throw failure
          if (item === 1) await aborted(signal)
        } finally {
          running--
        }
      }),
    )
    expect(error).to.equal(failure)
    expect({ begun, running }).to.deep.equal({ begun: 2, running: 0 })
  })

  it('stops all with the reason when the signal aborts', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const settled = rejection(forEachOf(stop.signal, 2, [1, 2, 3], (_item, signal) => aborted(signal)))
    stop.abort(reason)
    expect(await settled).to.equal(reason)
  })

  function aborted(signal: AbortSignal): Promise<void> {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  }
})
