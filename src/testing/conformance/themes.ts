import { amending } from './amend.ts'
import { canceling } from './cancel.ts'
import { claiming } from './claim.ts'
import { dependencies } from './dependencies.ts'
import { events } from './events.ts'
import { inserting } from './insert.ts'
import { keys } from './keys.ts'
import { leases } from './leases.ts'
import { filtering } from './list-filters.ts'
import { paging } from './list-pages.ts'
import { operations } from './operations.ts'
import { output } from './output.ts'
import { properties } from './properties.ts'
import { purging } from './purge.ts'
import { refusing } from './insert-refusals.ts'
import { removing } from './remove.ts'
import { settling } from './settle.ts'
import { scale } from './list-scale.ts'
import { sweeping } from './sweep.ts'
import type { Theme } from './theme.ts'
import { trees } from './tree.ts'
import { updating } from './update.ts'

/** All of the contract, theme by theme. */
export const THEMES: readonly Theme[] = [
  inserting,
  refusing,
  claiming,
  amending,
  settling,
  canceling,
  updating,
  removing,
  sweeping,
  purging,
  leases,
  keys,
  dependencies,
  trees,
  filtering,
  paging,
  scale,
  output,
  operations,
  events,
  properties,
]
