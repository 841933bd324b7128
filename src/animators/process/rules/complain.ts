/** Notes a fault of the arguments: where it is, as a JSON Pointer, and what is wrong there. */
export type Complain = (path: string, message: string) => undefined
