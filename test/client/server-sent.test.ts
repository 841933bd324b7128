import { expect } from 'chai'
import { serverSentEvents } from '../../src/client/server-sent.ts'

describe('serverSentEvents', () => {
  const never = {
    signal: new AbortController().signal,
    onSilence: () => undefined,
    silence: 60_000,
    onRetry: () => undefined,
  }

  function bodyOf(
    pieces: Iterable<Uint8Array>,
    canceled: () => void = () => undefined,
  ): ReadableStream<Uint8Array> {
    const source = pieces[Symbol.iterator]()
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        const { done, value } = source.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: canceled,
    })
  }

  const text = new TextEncoder().encode('id: 1\r\nevent: updated\r\ndata: GRÜSSE €\r\n\r\ndata: two\n\n')
  const bytes = [...text].map((byte) => Uint8Array.of(byte))

  it('reads events whose bytes arrive one by one', async () => {
    const seen = []
    for await (const events of serverSentEvents(bodyOf(bytes), never)) seen.push(...events)
    expect(seen).to.deep.equal([
      { id: '1', event: 'updated', data: 'GRÜSSE €' },
      { id: undefined, event: undefined, data: 'two' },
    ])
  })

  it('cancels the body when the caller stops reading', async () => {
    let canceled = 0
    for await (const _ of serverSentEvents(
      bodyOf([text, text], () => canceled++),
      never,
    ))
      break
    expect(canceled).to.equal(1)
  })

  it('cancels the body when the signal aborts while nothing comes', async () => {
    let canceled = 0
    const silent = new ReadableStream<Uint8Array>({ cancel: () => void canceled++ })
    const stop = new AbortController()
    const reading = serverSentEvents(silent, { ...never, signal: stop.signal }).next()
    stop.abort()
    expect((await reading).done).to.equal(true)
    expect(canceled).to.equal(1)
  })
})
