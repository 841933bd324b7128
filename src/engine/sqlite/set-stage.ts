import type { Row } from './row.ts'
import { isReady } from './stage.ts'
import type { Store } from './store.ts'

/** The one way to another stage; only a claim, which need not be written, has its own. */
export function setStage(store: Store, row: Row, stage: number): void {
  store.operations.moved(row.op, row.counted ? row.stage : undefined, stage)
  row.counted = true
  row.stage = stage
  store.writer.add(row)
  if (isReady(stage)) store.marks.add(row)
}
