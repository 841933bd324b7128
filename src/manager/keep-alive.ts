/** Holds the process open while it is told to, by a timer that does nothing. */
export class KeepAlive {
  #timer: NodeJS.Timeout | undefined

  hold(wanted: boolean): void {
    if (wanted) this.#timer ??= setInterval(() => {}, 2 ** 31 - 1)
    else if (this.#timer !== undefined) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }
}
