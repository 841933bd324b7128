/**
 * Calls a function of the host's, which may throw, or answer a promise that rejects: `failed` is told, and the caller
 * goes on.
 */
export function safely(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const answer = call()
    if (answer instanceof Promise) answer.catch(failed)
  } catch (error) {
    failed(error)
  }
}
