import type { TaskFields } from '../../core/task.ts'

/** A search looks at no more than so many tasks and characters at once; then it hands out what it has, and a cursor. */
const MOST_TASKS = 5_000
const MOST_CHARACTERS = 2_000_000

/** What is searched of a task besides its arguments. */
export type Searched = Pick<TaskFields, 'id' | 'operation' | 'name' | 'tags' | 'reason' | 'progress'>

/** Looks for a text in tasks, one by one, for a while. */
export class TextSearch {
  readonly #needle: string
  readonly #mostTasks: number
  #tasks = 0
  #characters = 0

  constructor(text: string, mostTasks = MOST_TASKS) {
    this.#needle = text.toLowerCase()
    this.#mostTasks = mostTasks
  }

  /** It has looked at so much that others should have their turn. */
  get tired(): boolean {
    return this.#tasks >= this.#mostTasks || this.#characters >= MOST_CHARACTERS
  }

  /** Others have had their turn. */
  rest(): void {
    this.#tasks = 0
    this.#characters = 0
  }

  /** A task was looked at in another way, so many characters of it, and does not have the text. */
  pass(characters: number): void {
    this.#tasks++
    this.#characters += characters
  }

  /** @param args the arguments as JSON, without secrets; asked for last */
  finds(task: Searched, args: () => string): boolean {
    this.#tasks++
    return (
      this.#within(task.id) ||
      this.#within(task.operation) ||
      this.#within(task.name) ||
      task.tags.some((tag) => this.#within(tag)) ||
      this.#within(task.reason?.message) ||
      this.#within(task.progress?.message) ||
      this.#within(args())
    )
  }

  #within(text: string | undefined): boolean {
    if (text === undefined) return false
    this.#characters += text.length
    return text.toLowerCase().includes(this.#needle)
  }
}
