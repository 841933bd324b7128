import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildOptions, Question } from '../protocol.ts'
import { behaviour } from './behaviours/index.ts'
import { Gates } from './gates.ts'
import { Listener } from './listener.ts'
import { Board } from './tally.ts'

const options = JSON.parse(process.argv[2]!) as ChildOptions
const board = new Board()
const gates = new Gates()
const { behave, seen, forget } = behaviour(gates)

const listeners: Listener[] = []
for (const kind of options.kinds) {
  const addresses =
    kind === 'unix'
      ? [join(options.folder, 'socket')]
      : Array.from({ length: options.ports }, () =>
          Array.from({ length: options.addresses }, (_, i) => `127.0.0.${i + 1}`),
        ).flat()
  for (const address of addresses)
    listeners.push(await Listener.listening(kind, address, options, board.tally(), behave))
}

// Whoever started this is gone, and cleans up nothing any more.
process.on('disconnect', () => {
  rmSync(options.folder, { recursive: true, force: true })
  process.exit()
})
process.on('message', (question: Question) => {
  void answered(question).then((answer) => process.send!({ call: question.call, answer }))
})
process.send!({ listeners: listeners.map(({ info }) => info) })

async function answered(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'counts':
      return { total: board.total, listeners: board.tallies.map(({ counts }) => counts) }
    case 'reset':
      forget()
      return board.reset() ?? null
    case 'seen':
      return seen()
    case 'when':
      return board.when(question.counts, question.atLeast)
    case 'held':
      return gates.named(question.gate).held(question.count)
    case 'open':
      return gates.named(question.gate).open()
    case 'shut':
      return gates.named(question.gate).shut() ?? null
    case 'closeIdle':
      return listeners.reduce((sum, listener) => sum + listener.closeIdle(), 0)
    case 'resetAll':
      return listeners.reduce((sum, listener) => sum + listener.resetAll(), 0)
  }
}
