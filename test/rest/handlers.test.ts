import { expect } from 'chai'
import { handlers } from '../../src/rest/handlers/index.ts'
import type { Handler, Handlers, Reply } from '../../src/rest/handler.ts'
import { operations, type OperationId } from '../../generated/operations.ts'
import type { operations as Contract } from '../../generated/types.ts'

type Same<A, B> = [A, B] extends [B, A] ? true : false
type Takes<Whole, Part> = Part extends Whole ? true : false

/** These do not compile when the types no longer hold what they promise. */
const promises: {
  eachOperationOfTheTypesIsInTheTable: Same<keyof Contract, OperationId>
  noHandlerIsMissing: Takes<Handlers, Omit<Handlers, 'getTask'>>
  noHandlerIsTooMany: Same<keyof Handlers, OperationId>
  answersHaveTheStatusesOfTheDocument: Same<Reply<'createTask'>['status'], 200 | 201 | 202>
  answersHaveTheBodiesOfTheDocument: Takes<Reply<'getVersion'>, { status: 200; body: { name: string } }>
  handlersAreToldApart: Takes<Handler<'getTask'>, Handler<'createTask'>>
} = {
  eachOperationOfTheTypesIsInTheTable: true,
  noHandlerIsMissing: false,
  noHandlerIsTooMany: true,
  answersHaveTheStatusesOfTheDocument: true,
  answersHaveTheBodiesOfTheDocument: false,
  handlersAreToldApart: false,
}

describe('The handlers of the REST API', () => {
  it('are one for each operation of the document, and no other', () => {
    expect(Object.keys(handlers)).to.have.members(Object.keys(operations))
    expect(promises.noHandlerIsMissing).to.equal(false)
  })
})
