import type { Animator } from './animator.ts'

/** What of an animator the host may set for one that is made by a function, as for any other. */
export const ANIMATOR_OPTIONS = [
  'summary',
  'description',
  'concurrency',
  'totalConcurrency',
  'onInterrupt',
  'timeout',
  'retry',
  'retain',
  'cancelGrace',
] as const

export type AnimatorOption = (typeof ANIMATOR_OPTIONS)[number]

/** The part of the options that the manager reads, as it was given. */
export function animatorOptions<Name extends AnimatorOption>(
  options: Pick<Animator, Name>,
  names: readonly Name[],
): Pick<Animator, Name> {
  const given = names.filter((name) => options[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, options[name]])) as Pick<Animator, Name>
}
