import { randomUUID } from 'node:crypto'
import type { AnimatorPlace } from '../../../core/animator.ts'
import { forgetFamily, markOf, noteFamily, type Family } from '../host/family.ts'
import { LocalHost } from '../host/local-host.ts'
import type { ProcessHost } from '../host/order.ts'
import { Reaper } from '../host/reaper.ts'
import { Recovery } from '../leftovers/recovery.ts'
import { spawnerScript } from '../spawner-script.ts'
import { SpawnedHost } from '../spawner/spawned-host.ts'
import type { SpawnerEnd } from '../spawner/spawner-process.ts'

/** The processes of all animators of a manager: one host starts them, and what is left of them ends with it. */
export class Processes {
  readonly host: ProcessHost
  /** Ends what earlier ones have left. */
  readonly reaper = new Reaper()
  readonly #family: Family

  constructor(host: ProcessHost, family: Family) {
    this.host = host
    this.#family = family
  }

  /** What the next process has as its `MAJORDOMO_RUN`. */
  newMark(): string {
    return `${this.#family.id}.${randomUUID()}`
  }

  /** Those that left their group and their leader are found by the mark in their environment. */
  async close(): Promise<void> {
    await this.host.close()
    await this.reaper.killMarked(markOf(this.#family))
    forgetFamily(this.#family)
  }
}

/** For `place.shared`, as are those below. */
export function startedHere(place: AnimatorPlace): Processes {
  const family = newFamily(place)
  noteFamily(family, process.pid)
  return new Processes(new LocalHost(), family)
}

export function startedBySpawner(place: AnimatorPlace): Processes {
  const family = newFamily(place)
  const lost = (end: SpawnerEnd): void => {
    place.logger.error('the process that starts others has died; the next one is started when it is needed', {
      ...end,
    })
  }
  return new Processes(new SpawnedHost(spawnerScript()!, lost, family), family)
}

function newFamily({ running }: AnimatorPlace): Family {
  return { id: randomUUID(), ...(running === undefined ? {} : { running }) }
}

/** Notes of processes tell nothing of the animator, so that once is enough for all. */
export function recovery(place: AnimatorPlace): Recovery {
  return new Recovery(place)
}
