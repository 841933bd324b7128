import { TASK_STATES, type TaskState } from '../../core/states.ts'
import { OperationRow, type Row } from './row.ts'
import { blockOf, SeqSet } from './seq-set.ts'
import { seqsOf } from './walk.ts'

/** Rows by a number that is handed out in order, in blocks that go when they are empty. */
export class RowTable {
  readonly #blocks = new Map<number, { readonly rows: (Row | undefined)[]; count: number }>()

  get(n: number): Row | undefined {
    return this.#blocks.get(blockOf(n))?.rows[n & 1023]
  }

  set(n: number, row: Row): void {
    const key = blockOf(n)
    let block = this.#blocks.get(key)
    if (block === undefined) this.#blocks.set(key, (block = { rows: [], count: 0 }))
    block.rows[n & 1023] = row
    block.count++
  }

  delete(n: number): void {
    const key = blockOf(n)
    const block = this.#blocks.get(key)
    if (block === undefined) return
    block.rows[n & 1023] = undefined
    if (--block.count === 0) this.#blocks.delete(key)
  }
}

/** Every way in which tasks are found. Whoever adds, moves or removes a row does it here, so that they always agree. */
export class Indexes {
  readonly #byId = new Map<string, Row>()
  #greatestId = ''
  readonly operations = new Map<string, OperationRow>()
  readonly all = new SeqSet()
  readonly byState = Object.fromEntries(TASK_STATES.map((state) => [state, new SeqSet()])) as Record<
    TaskState,
    SeqSet
  >
  readonly #byTag = new Map<string, SeqSet>()
  readonly #byParent = new Map<string, SeqSet>()
  readonly #byOwner = new Map<string, SeqSet>()
  readonly rows = new RowTable()
  readonly ends = new SeqSet()
  readonly rowsByEnd = new RowTable()

  get(id: string): Row | undefined {
    return this.#byId.get(id)
  }

  /** The same for an id that is most likely new: one that is greater than all before needs no look-up. */
  getForInsert(id: string): Row | undefined {
    return id > this.#greatestId ? undefined : this.#byId.get(id)
  }

  tag = (tag: string): SeqSet | undefined => this.#byTag.get(tag)
  parent = (id: string): SeqSet | undefined => this.#byParent.get(id)
  owner = (id: string): SeqSet | undefined => this.#byOwner.get(id)

  operation(name: string, epoch: number): OperationRow {
    let op = this.operations.get(name)
    if (op === undefined) this.operations.set(name, (op = new OperationRow(name, epoch)))
    return op
  }

  children(id: string): Row[] {
    const members = this.#byParent.get(id)
    return members === undefined ? [] : seqsOf(members).map((seq) => this.rows.get(seq)!)
  }

  add(row: Row): void {
    this.#byId.set(row.id, row)
    if (row.id > this.#greatestId) this.#greatestId = row.id
    this.rows.set(row.seq, row)
    this.all.add(row.seq)
    row.op.members.add(row.seq)
    this.byState[row.state].add(row.seq)
    row.op.counts[row.state]++
    for (const tag of row.tags) addTo(this.#byTag, tag, row.seq)
    if (row.parentId !== undefined) addTo(this.#byParent, row.parentId, row.seq)
    if (row.createdBy !== undefined) addTo(this.#byOwner, row.createdBy, row.seq)
  }

  setState(row: Row, state: TaskState): void {
    this.byState[row.state].delete(row.seq)
    row.op.counts[row.state]--
    row.state = state
    this.byState[state].add(row.seq)
    row.op.counts[state]++
  }

  addEnd(row: Row, endSeq: number): void {
    row.endSeq = endSeq
    this.ends.add(endSeq)
    this.rowsByEnd.set(endSeq, row)
  }

  delete(row: Row): void {
    this.#byId.delete(row.id)
    this.rows.delete(row.seq)
    this.all.delete(row.seq)
    row.op.members.delete(row.seq)
    this.byState[row.state].delete(row.seq)
    row.op.counts[row.state]--
    for (const tag of row.tags) deleteFrom(this.#byTag, tag, row.seq)
    if (row.parentId !== undefined) deleteFrom(this.#byParent, row.parentId, row.seq)
    if (row.createdBy !== undefined) deleteFrom(this.#byOwner, row.createdBy, row.seq)
    if (row.endSeq >= 0) {
      this.ends.delete(row.endSeq)
      this.rowsByEnd.delete(row.endSeq)
    }
  }
}

function addTo(index: Map<string, SeqSet>, key: string, seq: number): void {
  let members = index.get(key)
  if (members === undefined) index.set(key, (members = new SeqSet()))
  members.add(seq)
}

function deleteFrom(index: Map<string, SeqSet>, key: string, seq: number): void {
  const members = index.get(key)
  members?.delete(seq)
  if (members?.size === 0) index.delete(key)
}
