import { expect } from 'chai'
import type { TaskOps } from '../../src/index.ts'
import { ask, restSuite, type Answer, type Service } from './service.ts'
import { rulesFor } from './people.ts'

restSuite('Progress that a process tells by its token', ({ serve }) => {
  let service: Service
  let told: { id: string; token: string; end(): void }

  beforeEach(async () => {
    // Nobody is signed in: the token is all that counts.
    service = await serve({ router: { access: rulesFor({}) } })
    const running = new Promise<typeof told>((resolve) => {
      service.manager.register('RUN', {
        run: (ops: TaskOps) =>
          new Promise<void>((end) => resolve({ id: ops.id, token: ops.token(), end: () => end() })),
      })
    })
    await service.manager.create('RUN')
    told = await running
  })
  afterEach(() => service.close())

  const tell = (body: unknown, headers: Record<string, string>, id = told.id): Promise<Answer> =>
    ask(service, 'POST', `/hk/tasks/${id}/progress`, { body, headers })
  const mine = () => ({ 'majordomo-token': told.token })

  it('is the progress of its task, and a line of its log', async () => {
    const first = await tell({ progress: { done: 3, total: 12, message: 'some' } }, mine())
    expect([first.status, first.text]).to.deep.equal([204, ''])
    const body = { message: 'half way', level: 'warn' }
    expect((await tell(body, { authorization: `Bearer ${told.token}` })).status).to.equal(204)
    told.end()
    const task = await service.manager.waitFor(told.id)
    expect(task.progress).to.include({ done: 3, total: 12, percent: 25, message: 'some' })
    const { items } = await service.manager.output(told.id, { stream: 'log' })
    expect(items[0]).to.include({ text: 'half way', level: 'warn' })
  })

  it('is refused in the same words, whatever is wrong with task or token', async () => {
    const { task } = await service.manager.create('HOLD')
    const body = { message: 'x' }
    const answers = [
      await tell(body, {}),
      await tell(body, { 'majordomo-token': 'wrong' }),
      await tell(body, { authorization: 'Bearer wrong' }),
      await tell(body, { authorization: `Basic ${told.token}` }),
      await tell(body, mine(), 'none'),
      await tell(body, mine(), task.id),
      await tell(body, { 'majordomo-token': 'wrong', authorization: `Bearer ${told.token}` }),
    ]
    told.end()
    await service.manager.waitFor(told.id)
    answers.push(await tell(body, mine()))
    for (const [at, { status, text }] of answers.entries()) {
      expect([status, text], String(at)).to.deep.equal([403, answers[0]!.text])
    }
    expect(answers[0]!.body.code).to.equal('invalid-token')
  })

  it('is checked before the token is', async () => {
    for (const [body, path] of [
      [{}, ''],
      [{ progress: {} }, '/progress'],
      [{ progress: { percent: 101 } }, '/progress/percent'],
      [{ progress: { done: 'many' } }, '/progress/done'],
      [{ message: '' }, '/message'],
      [{ message: 'x', level: 'loud' }, '/level'],
      [{ state: 'SUCCEEDED' }, '/state'],
    ] as [object, string][]) {
      for (const headers of [{}, mine()]) {
        const { status, body: problem } = await tell(body, headers)
        expect([status, problem.code], JSON.stringify(body)).to.deep.equal([400, 'invalid-request'])
        expect(problem.errors.map((fault: { path: string }) => fault.path)).to.include(path)
      }
    }
    told.end()
  })

  it('opens nothing else', async () => {
    for (const [method, path] of [
      ['GET', `/hk/tasks/${told.id}`],
      ['GET', `/hk/tasks/${told.id}/files`],
      ['POST', `/hk/tasks/${told.id}/cancel`],
    ]) {
      const headers = { ...mine(), authorization: `Bearer ${told.token}` }
      expect((await ask(service, method!, path!, { headers })).status, path).to.equal(401)
    }
    const evil = { ...mine(), origin: 'https://evil.example' }
    expect((await tell({ message: 'x' }, evil)).body.code).to.equal('cross-site')
    told.end()
  })
})
