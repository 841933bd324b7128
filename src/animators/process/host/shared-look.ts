/**
 * Something that takes a while to look at, for many who want to know something of it. One look is under way at a time, and
 * whoever asks meanwhile has to wait for the next, as this one may have passed by what has changed since. All of these share it.
 */
export class SharedLook<Question, Answer> {
  readonly #look: (questions: Iterable<Question>) => Promise<Answer>
  #next: { readonly questions: Set<Question>; readonly answer: Promise<Answer> } | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(look: (questions: Iterable<Question>) => Promise<Answer>) {
    this.#look = look
  }

  ask(question: Question): Promise<Answer> {
    this.#next ??= this.#begin()
    this.#next.questions.add(question)
    return this.#next.answer
  }

  #begin(): { readonly questions: Set<Question>; readonly answer: Promise<Answer> } {
    const questions = new Set<Question>()
    const answer = this.#last.then(() => {
      this.#next = undefined
      return this.#look(questions)
    })
    this.#last = answer.catch(() => {})
    return { questions, answer }
  }
}
