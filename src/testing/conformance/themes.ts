import { ageing } from './ageing.ts'
import { amending } from './amend.ts'
import { canceling } from './cancel.ts'
import { catalogue } from './catalogue.ts'
import { claiming } from './claim.ts'
import { dependencies } from './dependencies.ts'
import { events } from './events.ts'
import { firing } from './fire.ts'
import { ghosts } from './ghosts.ts'
import { refusing } from './insert-refusals.ts'
import { inserting } from './insert.ts'
import { interruptedRuns } from './interrupted-runs.ts'
import { interrupts } from './interrupts.ts'
import { keys } from './keys.ts'
import { leases } from './leases.ts'
import { limits } from './limits.ts'
import { filtering } from './list-filters.ts'
import { paging } from './list-pages.ts'
import { scale } from './list-scale.ts'
import { operations } from './operations.ts'
import { output } from './output.ts'
import { positions } from './positions.ts'
import { properties } from './properties.ts'
import { purging } from './purge.ts'
import { removing } from './remove.ts'
import { restartedRules } from './restart-rules.ts'
import { restarting } from './restart.ts'
import { retention } from './retention.ts'
import { schedules } from './schedules.ts'
import { settling } from './settle.ts'
import { sharedRules } from './shared-rules.ts'
import { sharedTasks } from './shared-tasks.ts'
import { sharedWorkers } from './shared-workers.ts'
import { sweeping } from './sweep.ts'
import { tags } from './tags.ts'
import type { Theme } from './theme.ts'
import { trees } from './tree.ts'
import { updating } from './update.ts'
import { waitingForWorkers, workers } from './workers.ts'

/** All of the contract, theme by theme. */
export const THEMES: readonly Theme[] = [
  inserting,
  refusing,
  claiming,
  tags,
  ageing,
  amending,
  settling,
  canceling,
  updating,
  removing,
  sweeping,
  purging,
  retention,
  leases,
  interrupts,
  keys,
  ghosts,
  limits,
  dependencies,
  trees,
  filtering,
  paging,
  scale,
  output,
  operations,
  catalogue,
  events,
  positions,
  schedules,
  firing,
  workers,
  waitingForWorkers,
  restarting,
  restartedRules,
  interruptedRuns,
  sharedTasks,
  sharedRules,
  sharedWorkers,
  properties,
]
