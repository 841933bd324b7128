/** A name has no address that may be asked. */
export class ForbiddenTarget extends Error {
  readonly code = 'forbidden-target'

  constructor(message: string) {
    super(message)
    this.name = 'ForbiddenTarget'
  }
}
