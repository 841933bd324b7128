import { expect } from 'chai'
import { listOptionsOf, planOf } from '../../../../src/animators/fanout/task/plan.ts'
import { thrown } from '../../../core/thrown.ts'

describe('The plan of a fan-out', () => {
  it('has the requests of the arguments, called by their places where they have no id', () => {
    const source = { timeout: '5s' }
    expect(planOf({ source, items: [{ url: 'http://a/' }, { url: 'http://b/', id: 'b' }] })).to.deep.equal({
      source,
      requests: [
        { url: 'http://a/', id: '0' },
        { url: 'http://b/', id: 'b' },
      ],
    })
    expect(planOf({ items: [] })).to.deep.equal({ source: {}, requests: [] })
  })

  it('has one request for each target, called by its text or its id', () => {
    const source = { method: 'HEAD', url: 'https://{target}/x' } as const
    expect(
      planOf({ source, targets: ['a.example', { target: 'b.example' }, { target: 'c.example', id: 'c' }] }),
    ).to.deep.equal({
      source: { method: 'HEAD' },
      requests: [
        { id: 'a.example', url: 'https://a.example/x' },
        { id: '1', url: 'https://b.example/x' },
        { id: 'c', url: 'https://c.example/x' },
      ],
    })
  })

  it('says which targets do not fit the template', () => {
    const source = { url: 'https://{host}:{port}/x' }
    const error = thrown(() => planOf({ source, targets: [{ host: 'a' }, { host: 'a/b', port: '1' }, 'a'] }))
    expect(error).to.deep.include({
      code: 'invalid-arguments',
      faults: [
        { path: '/targets/0/port', message: 'is required, because source.url has it' },
        { path: '/targets/1/host', message: 'must be what fits a host' },
        { path: '/targets/2', message: 'must be an object with "host", because source.url has it' },
      ],
    })
    const many = thrown(() => planOf({ source, targets: Array.from({ length: 1000 }, () => 'a') })) as {
      faults: unknown[]
    }
    expect(many.faults).to.have.length(50)
  })

  it('needs items or targets, not both, and a template for targets', () => {
    for (const [args, path] of [
      [{}, '/items'],
      [{ items: [], targets: [] }, '/targets'],
      [{ targets: ['a'] }, '/source/url'],
      [{ source: { url: 'http://a/' }, targets: ['a'] }, '/source/url'],
    ] as const)
      expect(thrown(() => planOf(args))).to.have.nested.property('faults[0].path', path)
  })

  it('leaves to the list how it is to be run', () => {
    expect(listOptionsOf({ source: {}, items: [], concurrency: 5, failFast: true })).to.deep.equal({
      concurrency: 5,
      failFast: true,
    })
  })
})
