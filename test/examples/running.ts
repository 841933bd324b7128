import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'

/** An example as a process of its own, the way a user starts it. */
export interface Running {
  readonly url: string
  readonly pid: number
  /** All that it has written so far, both streams. */
  output(): string
  /** Sends the signal, unless it has ended, and answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts an example on a port that is free, and waits until it says where it listens. */
export async function startExample(file: string, env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const child = launch(file, { PORT: '0', ...env })
  let text = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (piece: Buffer) => {
      text += piece.toString()
      const port = /localhost:(\d+)|port: (\d+)/.exec(text)
      if (port !== null) resolve(`http://127.0.0.1:${port[1] ?? port[2]}`)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', (code) => reject(new Error(`${file} ended with ${code}: ${text}`)))
  })
  return {
    url,
    pid: child.pid!,
    output: () => text,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const exit = once(child, 'exit')
      child.kill(signal)
      return ((await exit) as [number | null])[0]
    },
  }
}

/** Runs an example that is expected to end by itself. */
export async function runExample(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; text: string }> {
  const child = launch(file, env)
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => (text += piece.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, text }
}

function launch(file: string, env: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--import', 'tsx', `examples/${file}`], { env: { ...process.env, ...env } })
}
