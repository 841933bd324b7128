import type { Request } from 'express'
import { MajordomoError } from '../core/errors.ts'

/**
 * Refuses a change that a page of another site asks for, so that it cannot use the cookie of somebody who is signed in.
 * Browsers tell of themselves in `Sec-Fetch-Site`, older ones and those on plain http in `Origin`, and no page can
 * forge either. Callers that are no browsers send neither, and pass.
 *
 * @throws {MajordomoError} `cross-site`
 */
export function refuseOtherSites(req: Request, origins: ReadonlySet<string>): void {
  const { origin, 'sec-fetch-site': site } = req.headers
  if (origin !== undefined && origins.has(origin)) return
  if (site !== undefined) {
    if (site === 'same-origin' || site === 'none') return
  } else if (origin === undefined || isOwn(origin, req)) return
  throw new MajordomoError('cross-site', `a page of ${origin ?? 'another site'} may not change tasks`)
}

/** Only host and port are compared: behind a proxy that ends TLS, the scheme is not known here. */
function isOwn(origin: string, req: Request): boolean {
  if (!URL.canParse(origin)) return false
  const { host, protocol } = new URL(origin)
  const asked = hostOf(req)
  if (asked === undefined || !URL.canParse(`${protocol}//${asked}`)) return false
  // Parsed like the origin, so that the scheme's own port is left out of both.
  return new URL(`${protocol}//${asked}`).host === host
}

/** The host that the client asked for; a proxy's word counts where the app trusts it (`trust proxy`). */
function hostOf(req: Request): string | undefined {
  const trusts: unknown = req.app.get('trust proxy fn')
  const forwarded = req.get('X-Forwarded-Host')
  if (
    forwarded !== undefined &&
    typeof trusts === 'function' &&
    trusts(req.socket.remoteAddress, 0) === true
  ) {
    return forwarded.split(',', 1)[0]?.trim()
  }
  return req.headers.host
}
