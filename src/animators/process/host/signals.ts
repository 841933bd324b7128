/** Sends a signal to a whole process group. False where nobody is left in it. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  // -1 would be everybody, and -0 ourselves.
  if (!Number.isSafeInteger(leader) || leader <= 1) return false
  try {
    process.kill(-leader, signal)
    return true
  } catch (error) {
    // EPERM: somebody is there, and has become another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
