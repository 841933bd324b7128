/** One measured figure, as it is told to people and to programs. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** What it is held against, where there is something. */
  readonly peer?: string
  readonly ratio?: number
  /** What the figure (or, where there is a peer, the ratio) should reach; undefined: it is only told. */
  readonly budget?: number
  readonly better: 'lower' | 'higher'
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

export function reached(value: number, budget: number, better: Figure['better']): boolean {
  return better === 'lower' ? value <= budget : value >= budget
}

/** A table for people, then a JSON line for each figure. */
export function report(title: string, figures: readonly Figure[]): void {
  const rows = figures.map(({ figure, value, unit, peer = '', ratio, budget, better }) => {
    return {
      figure,
      value: `${rounded(value)} ${unit}`,
      peer,
      ratio: ratio === undefined ? '' : rounded(ratio),
      budget: budget === undefined ? '' : `${better === 'lower' ? '<=' : '>='} ${budget}`,
      reached: budget === undefined ? '' : reached(ratio ?? value, budget, better) ? 'yes' : 'NO',
    }
  })
  process.stdout.write(`\n${title}\n`)
  console.table(rows)
  for (const figure of figures) {
    const { value, ratio } = figure
    const line = {
      ...figure,
      value: rounded(value),
      ...(ratio === undefined ? {} : { ratio: rounded(ratio) }),
    }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  }
}
