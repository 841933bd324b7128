import type { OutputPage } from '../core/output.ts'
import type { Task } from '../core/task.ts'
import type { Engine, TaskStore } from '../engine/contract.ts'
import type { Catalogue } from './catalogue.ts'
import { isRecorded, type TaskFiles } from './task-files.ts'

type OutputPlace = Parameters<TaskStore['readOutput']>[1]
type Pages = AsyncIterable<OutputPage> | Iterable<OutputPage | undefined>

/**
 * What tasks wrote, for those who look at them from outside. What processes print is recorded where they run. On a shared
 * engine whose workers keep their files for themselves that may be another process, and a page without entries would look
 * as if nothing had been printed.
 */
export class TaskOutput {
  constructor(
    private readonly parts: {
      readonly files: TaskFiles
      readonly catalogue: Catalogue
      /** Whether a run of the task goes on in this process. */
      readonly runsHere: (id: string) => Promise<boolean>
    },
  ) {}

  /**
   * Undefined for a task that is not there.
   * @throws {MajordomoError} `files-elsewhere` where another process may have recorded it
   */
  async page(engine: Engine, task: Task, query: OutputPlace): Promise<OutputPage | undefined> {
    const page = await this.parts.files.readOutput(task, query, () => engine.readOutput(task.id, query))
    if (page?.items.length === 0 && (await this.#isElsewhere(engine, task, query)))
      this.parts.files.refuseElsewhere(task.id)
    return page
  }

  /** All that there is by now of a record; else a page as above, which may be empty. The last of it where the query says so. */
  async pages(engine: Engine, task: Task, query: OutputPlace): Promise<Pages> {
    const recorded = query.tail === undefined ? await this.parts.files.outputPages(task, query) : undefined
    return recorded ?? [await this.page(engine, task, query)]
  }

  /**
   * | what is known of the task | its output is |
   * |---|---|
   * | it never ran | not there yet, or never |
   * | its operation has nothing to do with files | in the engine |
   * | it has files here, or runs here | here |
   * | the engine has an entry of the stream | in the engine, written by its animator |
   * | none of these | where it ran |
   *
   * The last is wrong of a run elsewhere that will write the stream by `ops.output` and has not yet. Nothing tells it from
   * the run of a process, and to be told of nothing for hours would be worse.
   */
  async #isElsewhere(engine: Engine, { id, operation, startedAt }: Task, { stream }: OutputPlace) {
    const { files, runsHere } = this.parts
    if (!files.areElsewhere || !isRecorded(stream) || startedAt === undefined) return false
    // In this order, as a run may make its folder and end meanwhile.
    if (!(await this.#hasFiles(operation)) || (await runsHere(id)) || (await files.has(id))) return false
    const any = await engine.readOutput(id, { stream, after: 0, limit: 1 })
    return any?.items.length === 0 && any.dropped === 0
  }

  /** As far as any worker has told. */
  async #hasFiles(operation: string): Promise<boolean> {
    try {
      return (await this.parts.catalogue.need(operation)).files
    } catch {
      return false
    }
  }
}
