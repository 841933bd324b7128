import { expect } from 'chai'
import supertest from 'supertest'
import { createApp, sha256, type User } from '../../examples/access.ts'

describe('the access example', () => {
  const users: [string, User][] = [
    ['look', { id: 'lena', role: 'reader' }],
    ['work', { id: 'will', role: 'writer' }],
    ['work-too', { id: 'wanda', role: 'writer' }],
    ['all', { id: 'ada', role: 'admin' }],
  ]
  const { app, manager } = createApp(new Map(users.map(([token, user]) => [sha256(token), user])))
  const tasks = '/housekeeping/tasks'
  const as = (token: string) => supertest.agent(app).set('Authorization', `Bearer ${token}`)
  const body = { operation: 'COUNT_SHEEP', autoStart: false }
  const created = async (token: string) => {
    const answer = await as(token).post(tasks).send(body)
    expect(answer.status).to.equal(201)
    return (answer.body as { id: string }).id
  }

  after(() => manager.close())

  it('knows nobody without a token, or with a wrong one', async () => {
    const answer = await supertest(app).get(tasks)
    expect(answer.status).to.equal(401)
    expect(answer.headers['www-authenticate']).to.equal('Bearer')
    expect((await as('guessed').get(tasks)).status).to.equal(401)
  })

  it('tells whether it lives and is ready to whoever asks, and nothing else', async () => {
    const status = async (path: string) => (await supertest(app).get(`/housekeeping${path}`)).status
    for (const path of ['/health', '/ready']) expect(await status(path), path).to.equal(200)
    for (const path of ['/docs/', '/openapi.json', '/version', '/operations', '/events'])
      expect(await status(path), path).to.equal(401)
  })

  it('lets readers look at everything and do nothing', async () => {
    const id = await created('work')
    expect((await as('look').get(`${tasks}/${id}`)).status).to.equal(200)
    expect((await as('look').post(tasks).send(body)).body).to.include({ status: 403, code: 'forbidden' })
    expect((await as('look').post(`${tasks}/${id}/cancel`)).status).to.equal(403)
  })

  it('shows writers their own tasks only, and hides the others', async () => {
    const mine = await created('work')
    const hers = await created('work-too')
    expect((await as('work').get(`${tasks}/${hers}`)).status).to.equal(404)
    expect((await as('work').post(`${tasks}/${hers}/cancel`)).status).to.equal(404)
    const { items } = (await as('work').get(tasks)).body as { items: { id: string; createdBy: string }[] }
    expect(items.map(({ id }) => id))
      .to.include(mine)
      .and.not.to.include(hers)
    expect(items.every(({ createdBy }) => createdBy === 'will')).to.equal(true)
    expect((await as('work').post(`${tasks}/${mine}/cancel`)).body).to.include({ state: 'CANCELED' })
    expect((await as('work').delete(`${tasks}/${mine}`)).status).to.equal(403)
  })

  it('lets admins do everything', async () => {
    const id = await created('work')
    expect((await as('all').patch(`${tasks}/${id}`).send({ priority: 5 })).body).to.include({ priority: 5 })
    expect((await as('all').delete(`${tasks}/${id}?force=true`)).status).to.equal(204)
  })
})
