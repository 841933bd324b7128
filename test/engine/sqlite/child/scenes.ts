import { writeSync } from 'node:fs'
import { sqlite } from '../../../../src/engine/sqlite/index.ts'
import { RecordingHost } from '../../../../src/testing/conformance/host.ts'
import { testTime } from '../../../../src/testing/conformance/time.ts'
import { WISH, draft } from '../drafts.ts'

/** Each scene opens an engine on the file and does something until it is killed. */
const [scene = '', file = ''] = process.argv.slice(2)
/** Written at once, so that nothing is said to have happened that the reader never hears of. */
const say = (line: string): void => void writeSync(1, `${line}\n`)
const host = new RecordingHost(testTime('real'), { ageing: undefined, maxEnded: undefined }, true)
const engine = sqlite({ file })
await engine.open(host)

const scenes: Record<string, () => Promise<void>> = {
  async hold() {
    say('open')
  },
  /** Says the id of each task once its creation was acknowledged. */
  async create() {
    for (let i = 0; ; i++) {
      const ids = [0, 1, 2].map((k) => `t${String(3 * i + k).padStart(8, '0')}`)
      await Promise.all(
        ids.map(async (id) => {
          await engine.insert([draft(id)])
          say(id)
        }),
      )
    }
  },
  /** Claims two tasks, one of them with a limit of interruptions, and asks one to stop. */
  async claim() {
    await engine.insert([draft('plain'), draft('frail', { operation: 'FRAIL' }), draft('unwanted')])
    const room = new Map([
      ['SWEEP', 9],
      ['FRAIL', 9],
    ])
    await engine.claim({ ...WISH, room, interrupts: new Map([['FRAIL', 0]]) })
    await engine.requestCancel([{ id: 'unwanted', code: 'canceled', message: 'not needed' }])
    say('claimed')
  },
  /** Notes how far it is, and says each number once it is stored, with the items before it. */
  async note() {
    await engine.insert([draft('noted')])
    const [claim] = await engine.claim(WISH)
    const { id, lease } = claim!
    for (let seq = 1; ; seq++) {
      const entries = [{ stream: 'items', data: seq } as const, { stream: 'checkpoint', data: seq } as const]
      await engine.amend([{ id, lease, seq, output: { entries } }])
      say(String(seq))
    }
  },
}
await scenes[scene]!()
setInterval(() => {}, 1_000_000)
