import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Starts a process that says what it does, line by line. */
function started(scene: string) {
  const file = fileURLToPath(new URL('exit/scenes.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', file, scene], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    line: async () => (await lines.next()).value as string | undefined,
    tell: (line: string) => child.stdin.write(`${line}\n`),
    exit: once(child, 'exit').then(([code]) => code as number | null),
    kill: () => child.kill('SIGKILL'),
  }
}

describe('A process with a manager', () => {
  const ending = {
    'was never opened': 'neverOpened',
    'has ended all its tasks, though they are kept and somebody listens': 'allEnded',
    'was closed': 'closed',
    'was closed while a run ignored its abort': 'closedOnStubborn',
    'is told not to hold it open': 'notHeld',
  }
  for (const [what, scene] of Object.entries(ending)) {
    it(`ends by itself when the manager ${what}`, async () => {
      const child = started(scene)
      expect(await child.line()).to.equal('ready')
      expect(await child.line()).to.equal('the event loop is empty')
      expect(await child.exit).to.equal(0)
    })
  }

  it('goes on while a task waits to be started, is delayed or runs, and ends when it has ended', async () => {
    const child = started('unfinished')
    expect(await child.line()).to.equal('ready')
    for (const kind of ['delayed', 'running', 'held']) {
      child.tell(kind)
      expect(await child.line()).to.equal(`${kind} ended`)
    }
    expect(await child.line()).to.equal('the event loop is empty')
    expect(await child.exit).to.equal(0)
  })
})
