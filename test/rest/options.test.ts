import { expect } from 'chai'
import { Manager } from '../../src/index.ts'
import { housekeepingRouter } from '../../src/rest/index.ts'

describe('The options of the router', () => {
  const manager = new Manager()
  const router = (options: unknown) => () => housekeepingRouter(manager, options as { access: 'open' })
  const rules = {
    subject: () => 'me',
    canView: () => true,
    canCreate: () => true,
    canCancel: () => true,
    canManage: () => true,
  }

  it('come with a manager, and with nothing else in its place', () => {
    for (const odd of [undefined, null, {}, Manager, 'manager', { access: 'open' }]) {
      expect(() => housekeepingRouter(odd as unknown as Manager, { access: 'open' })).to.throw(
        'expected "manager" to be a Manager',
      )
    }
  })

  it('have to say who may do what', () => {
    for (const missing of [undefined, {}, { access: undefined }])
      expect(router(missing)).to.throw('expected "access" to be given')
    expect(router({ access: 'closed' })).to.throw(
      `expected "access" to be 'open' or the rules of access, got "closed" (string)`,
    )
  })

  it('name the rule of access that is missing or no function', () => {
    expect(router({ access: { ...rules, canView: undefined } })).to.throw('"access.canView" to be a function')
    expect(router({ access: { ...rules, subject: 'me' } })).to.throw('"access.subject" to be a function')
  })

  it('name the nearest right one for one that does not exist', () => {
    expect(router({ access: 'open', bodylimit: 1 })).to.throw(
      '"bodylimit" is not an option; did you mean "bodyLimit"?',
    )
    expect(router({ access: { ...rules, canDelete: () => true } })).to.throw(
      '"access.canDelete" is not an option',
    )
    expect(router({ access: 'open', events: { reply: 1 } })).to.throw('did you mean "replay"?')
  })

  it('are refused when they do not fit', () => {
    expect(router({ access: 'open', bodyLimit: 0 })).to.throw('"bodyLimit"')
    expect(router({ access: 'open', heartbeat: '1ms' })).to.throw('"heartbeat"')
    expect(router({ access: 'open', origins: ['https://ops.example.com/'] })).to.throw(
      '"origins[0]" to be an origin',
    )
    expect(router({ access: 'open', origins: 'https://ops.example.com' })).to.throw('"origins" to be a list')
    expect(router({ access: 'open', uploads: { files: 0 } })).to.throw('"uploads.files"')
    expect(router({ access: 'open', uploads: { fileSize: '1 MB' } })).to.throw('"uploads.fileSize"')
    expect(router({ access: 'open', uploads: { size: 1 } })).to.throw('"uploads.size" is not an option')
    expect(router({ access: 'open', uploads: true })).to.throw('"uploads"')
    expect(router({ access: 'open', events: { lag: -1 } })).to.throw('"events.lag"')
  })
})
