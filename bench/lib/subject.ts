import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a subject prints as its last line: numbers by name. */
export type Measured = Readonly<Record<string, number>>

/**
 * Runs a subject in a process of its own, so that no measurement warms, fills or slows another one's heap.
 * @throws when it fails, with what it said
 */
export async function measure(
  subject: string,
  args: readonly (string | number)[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const file = fileURLToPath(new URL(`../${subject}`, import.meta.url))
  const child = spawn(process.execPath, ['--expose-gc', file, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${subject} ended with ${code}: ${err.trim()}`)
  return JSON.parse(out.trim().split('\n').at(-1)!) as Measured
}

/** Runs subjects in turn, A B A B …, so that a machine that slows down slows all of them; answers every subject's runs. */
export async function inTurn<Name extends string>(
  rounds: number,
  subjects: Readonly<Record<Name, () => Promise<Measured>>>,
): Promise<Record<Name, Measured[]>> {
  const runs = Object.fromEntries(Object.keys(subjects).map((name) => [name, []])) as unknown as Record<
    Name,
    Measured[]
  >
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(subjects) as Name[]) runs[name].push(await subjects[name]())
  }
  return runs
}
