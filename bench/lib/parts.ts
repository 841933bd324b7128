import type { Figure } from './report.ts'

/** The figures of the parts that the command line names, or of all. */
export async function figuresOf(parts: Readonly<Record<string, () => Promise<Figure[]>>>): Promise<Figure[]> {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts)
  const figures: Figure[] = []
  for (const name of wanted) {
    const part = parts[name]
    if (part === undefined)
      throw new Error(`there is no part ${JSON.stringify(name)}, but ${Object.keys(parts).join(', ')}`)
    figures.push(...(await part()))
  }
  return figures
}
