import { expect } from 'chai'
import { Manager } from '../../../src/index.ts'
import { redis } from '../../../src/engine/redis/index.ts'
import { rejection } from '../../rejection.ts'
import { freePort } from '../redis-server.ts'

describe('Closing a manager that still waits for its Redis', () => {
  it('ends the wait, and refuses what waited for it', async () => {
    const connection = `redis://127.0.0.1:${await freePort()}`
    const manager = new Manager({ engine: redis({ connection, waitForRedis: true }) })
    manager.register('WORK', { run: () => {} })
    const created = rejection(manager.create('WORK'))
    await new Promise((resolve) => setImmediate(resolve))
    await manager.close({ grace: 0 })
    expect(await created).to.have.property('code')
    expect(manager.status()).to.include({ state: 'closed' })
  })
})
