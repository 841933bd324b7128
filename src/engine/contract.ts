/** What a manager asks of an engine, and what it is told by one. `docs/architecture.md` tells how it is meant. */
export type * from './contract/drafts.ts'
export type * from './contract/engine.ts'
export type * from './contract/queue.ts'
export type * from './contract/run-writes.ts'
export type * from './contract/schedules.ts'
export type * from './contract/store.ts'
export type * from './contract/workers.ts'
