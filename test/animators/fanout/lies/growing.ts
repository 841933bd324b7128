import { once } from 'node:events'
import { FanOut, type FanOutRequest } from '../../../../src/animators/fanout/index.ts'

const [{ urls, source }] = (await once(process, 'message')) as [
  { urls: string[]; source: Partial<FanOutRequest> },
]
const fanout = new FanOut()

const run = async (urls: readonly string[], source: Partial<FanOutRequest>): Promise<number> => {
  let ended = 0
  const requests = urls.map((url) => ({ url }))
  for await (const _ of fanout.launch(requests, { source, concurrency: urls.length })) ended++
  return ended
}

// What the code, its compilation and so many connections take is no matter of the targets' lies.
const good = urls.map((url) => new URL('/ok', url).href)
const { transport } = source
await run(good, transport === undefined ? {} : { transport })
const before = peak()
const ended = await run(urls, source)
const bytes = peak() - before
await fanout.close()
process.send!({ bytes, ended })
process.disconnect()

/** The most memory (RSS) that this process ever had. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024
}
