import { messageText } from '../../core/task.ts'
import type { CancelAnswer, CancelOrder, OutsideChange, UpdateAnswer } from '../contract.ts'
import { canceledBy, cancelText } from '../shared/reasons.ts'
import { Blobs } from './blobs.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'

/** What others do to a task while it waits or runs. */

const MOST_ORDERS = 200

export async function requestCancel(
  session: Session,
  orders: readonly CancelOrder[],
): Promise<CancelAnswer[]> {
  const answers: CancelAnswer[] = []
  for (let from = 0; from < orders.length; from += MOST_ORDERS) {
    const blobs = new Blobs()
    const asked = orders.slice(from, from + MOST_ORDERS).map((order) => orderFor(order, blobs))
    const { settings, result } = await session.reply(SCRIPTS.cancel, { orders: asked }, blobs.texts)
    await session.freshen(settings)
    for (const [outcome, view] of result)
      answers.push(view === undefined ? { outcome } : { outcome, task: session.task(view) })
  }
  return answers
}

function orderFor(order: CancelOrder, blobs: Blobs): object {
  const { id, message, by } = order
  const reason = canceledBy(order)
  return {
    id,
    message,
    by,
    text: cancelText(order),
    reason: blobs.json(reason),
    why: messageText.why(reason),
  }
}

export async function update(session: Session, id: string, change: OutsideChange): Promise<UpdateAnswer> {
  const { ifVersion, priority, activate, end, by } = change
  const blobs = new Blobs()
  const finish = end && {
    state: end.state,
    message: end.reason.message,
    reason: blobs.json(end.reason),
    why: messageText.why(end.reason),
    result: blobs.json(end.result),
  }
  const asked = { id, ifVersion, priority, activate: activate === true ? true : undefined, finish, by }
  const { settings, result } = await session.reply(SCRIPTS.update, asked, blobs.texts)
  await session.freshen(settings)
  const [outcome, view] = result
  const task = view === undefined ? undefined : session.task(view)
  if (outcome !== 'changed')
    return { kind: 'refused', code: outcome, ...(task === undefined ? {} : { task }) }
  return { kind: 'changed', task: task! }
}

export async function remove(
  session: Session,
  ids: readonly string[],
): Promise<('removed' | 'unfinished' | 'missing')[]> {
  const answers: ('removed' | 'unfinished' | 'missing')[] = []
  for (let from = 0; from < ids.length; from += MOST_ORDERS)
    answers.push(...(await session.run(SCRIPTS.remove, { ids: ids.slice(from, from + MOST_ORDERS) })))
  return answers
}
