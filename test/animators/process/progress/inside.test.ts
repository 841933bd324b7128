import { expect } from 'chai'
import { processRunner } from '../../../../src/animators/process/index.ts'
import { insideEnvironment } from '../../../../src/animators/process/progress/inside.ts'
import { processRules } from '../../../../src/animators/process/rules/options.ts'

describe('what a process finds in its environment', () => {
  const ops = { id: 'a-task', token: () => 'secret' }

  it('is its task, its token and its progress file', () => {
    expect(insideEnvironment(ops, { url: undefined, progressFile: '/run/progress' })).to.deep.equal({
      MAJORDOMO_TASK_ID: 'a-task',
      MAJORDOMO_TOKEN: 'secret',
      MAJORDOMO_PROGRESS_FILE: '/run/progress',
    })
  })

  it('is also where the API is, if the host says so', () => {
    const { url } = processRules({ allow: [], url: 'http://127.0.0.1:3000/housekeeping/' })
    expect(insideEnvironment(ops, { url, progressFile: '/run/progress' })).to.include({
      MAJORDOMO_URL: 'http://127.0.0.1:3000/housekeeping',
      MAJORDOMO_PROGRESS_URL: 'http://127.0.0.1:3000/housekeeping/tasks/a-task/progress',
    })
  })

  it('is refused where the host says no URL', () => {
    for (const url of ['/housekeeping', 'ftp://host', 'http://host/?a=b', 3, ''])
      expect(() => processRunner({ allow: [], url: url as string })).to.throw(/"url" to be a URL/)
  })
})
