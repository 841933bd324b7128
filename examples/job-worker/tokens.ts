import { generateKeyPair, jwtVerify, SignJWT, type CryptoKey } from 'jose'

export type Role = 'reader' | 'writer'

export interface Caller {
  readonly id: string
  readonly role: Role
}

const ISSUER = 'https://job-worker.example'
const AUDIENCE = 'job-worker'
const ALGORITHM = 'ES256'

/** Signed tokens (JWT, RFC 7519). The key is made at start and kept in memory. */
export class Tokens {
  readonly #keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey }

  private constructor(keys: { publicKey: CryptoKey; privateKey: CryptoKey }) {
    this.#keys = keys
  }

  static async make(): Promise<Tokens> {
    return new Tokens(await generateKeyPair(ALGORITHM))
  }

  /** @param life in the words of jose: `'1h'` */
  issue(subject: string, role: string, life = '1h'): Promise<string> {
    return new SignJWT({ role })
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(subject)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(life)
      .sign(this.#keys.privateKey)
  }

  /** Who sends `Authorization: Bearer …`; undefined for whatever is not a token of ours that still holds. */
  async callerOf(authorization: string | undefined): Promise<Caller | undefined> {
    const [scheme, token] = (authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined) return undefined
    try {
      // The algorithm is said here and not taken from the token (RFC 8725, 3.1).
      const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM] }
      const { payload } = await jwtVerify(token, this.#keys.publicKey, options)
      const { sub, role } = payload
      if (sub === undefined || (role !== 'reader' && role !== 'writer')) return undefined
      return { id: sub, role }
    } catch {
      return undefined
    }
  }
}
