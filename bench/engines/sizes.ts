/** How much of everything is measured. */
export interface Sizes {
  /** How often subjects take turns. */
  readonly turns: number
  /** Rounds of each subject's process, after its warm-up. */
  readonly rounds: number
  /** Tasks of a round that end on redis and on sqlite, and that are only added one by one. */
  readonly tasks: number
  readonly durable: number
  readonly added: number
  /** Tasks kept in a list, few and many, and pages read of each. */
  readonly few: number
  readonly many: number
  readonly pages: number
  readonly cancels: number
  readonly deaths: number
  /** Tasks in a bag: no-ops, and naps of 10 ms. */
  readonly noops: number
  readonly naps: number
  /** Seconds for which an idle process is watched. */
  readonly idle: number
}

const FULL: Sizes = {
  turns: 5,
  rounds: 3,
  tasks: 10_000,
  durable: 30_000,
  added: 3_000,
  few: 10_000,
  many: 1_000_000,
  pages: 3_000,
  cancels: 1_000,
  deaths: 5,
  noops: 30_000,
  naps: 4_000,
  idle: 60,
}

const QUICK: Sizes = {
  turns: 1,
  rounds: 1,
  tasks: 1_000,
  durable: 1_000,
  added: 200,
  few: 2_000,
  many: 10_000,
  pages: 200,
  cancels: 50,
  deaths: 1,
  noops: 2_000,
  naps: 200,
  idle: 3,
}

/** `BENCH_QUICK=1` only shows that everything runs. */
export function sizes(env: NodeJS.ProcessEnv): Sizes {
  return env['BENCH_QUICK'] === '1' ? QUICK : FULL
}
