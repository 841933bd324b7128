import { createHash, timingSafeEqual } from 'node:crypto'
import express, { type Express, type Request } from 'express'
import { Manager } from '../src/index.ts'
import { housekeepingRouter, type AccessRules } from '../src/rest/index.ts'

/** Somebody with a token. Readers look, writers work on what is theirs, admins do everything. */
export interface User {
  readonly id: string
  readonly role: 'reader' | 'writer' | 'admin'
}

/** Who each token belongs to, by its SHA-256: a list that leaks is no list of tokens. */
export type Tokens = ReadonlyMap<string, User>

export function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/**
 * | | view | create | cancel | manage |
 * |---|---|---|---|---|
 * | reader | all | no | no | no |
 * | writer | own only | yes | own only | no |
 * | admin | all | yes | all | all |
 */
export function rules(tokens: Tokens): AccessRules<User> {
  return {
    subject: (req) => userOf(req, tokens),
    canView: ({ role }) => (role === 'writer' ? 'own' : true),
    canCreate: ({ role }) => role !== 'reader',
    canCancel: ({ role }) => (role === 'writer' ? 'own' : role === 'admin'),
    canManage: ({ role }) => role === 'admin',
  }
}

/**
 * `Authorization: Bearer <token>`. Undefined is nobody, and gets a 401 everywhere but at /health and /ready. A browser sends no
 * Bearer token by itself: for Swagger UI, look at the cookie of your sign-in here too, or ask for Basic (`challenge`).
 */
function userOf(req: Request, tokens: Tokens): User | undefined {
  const [scheme, token] = (req.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined) return undefined
  const given = Buffer.from(sha256(token))
  for (const [known, user] of tokens) if (timingSafeEqual(given, Buffer.from(known))) return user
  return undefined
}

export function createApp(tokens: Tokens): { app: Express; manager: Manager } {
  const manager = new Manager().register('COUNT_SHEEP', {
    summary: 'Counts, so that there is something to look at',
    async run(ops) {
      ops.log('info', `${ops.get().createdBy} counts`)
      return { sheep: 100 }
    },
  })
  const app = express()
  app.use('/housekeeping', housekeepingRouter(manager, { access: rules(tokens) }))
  return { app, manager }
}
