/** Where a connection leads. */
export interface Destination {
  readonly protocol: string
  /** Without brackets where it is an IPv6 address. */
  readonly hostname: string
  readonly port: number
}

export function destinationOf(origin: string): Destination {
  const { protocol, hostname, port } = new URL(origin)
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return { protocol, hostname: bare, port: Number(port) || usualPort(protocol) }
}

/** The port where a URL names none. */
export function usualPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80
}
