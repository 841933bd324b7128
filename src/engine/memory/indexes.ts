import { TASK_STATES, type TaskState } from '../../core/states.ts'
import { Turn } from './ready-queue.ts'
import { OperationRow, type Common, type Row } from './row.ts'
import { IdIndex } from './id-index.ts'
import { RowTable } from './row-table.ts'
import { SeqSet } from './seq-set.ts'
import { seqsOf } from './walk.ts'

/** Every way in which tasks are found. Whoever adds, moves or removes a row does it here, so that they always agree. */
export class Indexes {
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
  readonly #ids = new IdIndex(this.rows)
  readonly ends = new SeqSet()
  readonly rowsByEnd = new RowTable()
  readonly #common: Common

  /** @param ageing see {@link Turn} */
  constructor({ epoch, crew, ageing }: Pick<Common, 'epoch' | 'crew'> & { ageing: number | undefined }) {
    this.#common = { epoch, crew, turn: new Turn(this.rows, ageing) }
  }

  get turn(): Turn {
    return this.#common.turn
  }

  get(id: string): Row | undefined {
    return this.#ids.get(id)
  }

  tag = (tag: string): SeqSet | undefined => this.#byTag.get(tag)
  parent = (id: string): SeqSet | undefined => this.#byParent.get(id)
  owner = (id: string): SeqSet | undefined => this.#byOwner.get(id)

  operation(name: string): OperationRow {
    let op = this.operations.get(name)
    if (op === undefined) this.operations.set(name, (op = new OperationRow(name, this.#common)))
    return op
  }

  children(id: string): Row[] {
    const members = this.#byParent.get(id)
    return members === undefined ? [] : seqsOf(members).map((seq) => this.rows.get(seq)!)
  }

  add(row: Row): void {
    this.rows.set(row.seq, row)
    this.#ids.add(row)
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
    this.#ids.delete(row)
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
