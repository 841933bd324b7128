import { expect } from 'chai'
import { TASK_STATES, canBecome, isEnded, isSuccess } from '../../src/core/states.ts'

describe('The table of states', () => {
  const ended = ['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const
  const unfinished = ['NEW', 'ACTIVE', 'WAITING'] as const

  it('lets nothing leave an ended state', () => {
    for (const from of ended)
      for (const to of TASK_STATES) expect(canBecome(from, to), `${from} ${to}`).to.be.false
  })

  it('lets every unfinished task end in each ended state', () => {
    for (const from of unfinished)
      for (const to of ended) expect(canBecome(from, to), `${from} ${to}`).to.be.true
  })

  it('starts, waits, goes on and gives back, and skips none of these steps', () => {
    const steps = unfinished.flatMap((from) =>
      unfinished.filter((to) => canBecome(from, to)).map((to) => `${from} to ${to}`),
    )
    expect(steps).to.have.members([
      'NEW to ACTIVE',
      'ACTIVE to NEW',
      'ACTIVE to WAITING',
      'WAITING to NEW',
      'WAITING to ACTIVE',
    ])
  })

  it('knows which states are ended, and which of them let a dependent start', () => {
    expect(TASK_STATES.filter(isEnded)).to.have.members([...ended])
    expect(TASK_STATES.filter(isSuccess)).to.have.members(['SUCCEEDED', 'SKIPPED'])
  })
})
