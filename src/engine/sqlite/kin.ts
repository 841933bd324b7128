/** What a task has besides its row, as bits: what is not there need not be looked for. */
export const Kin = {
  /** A row in `extras`. */
  EXTRAS: 1,
  CHILDREN: 2,
  /** Tasks come after it, or came. */
  DEPENDENTS: 4,
  /** It comes after others that may still be kept for it. */
  AFTER: 8,
  OUTPUT: 16,
  /** It was taken from its last run. */
  LOST: 32,
} as const
