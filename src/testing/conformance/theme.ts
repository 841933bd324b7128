import type { EngineRules, EngineTraits } from '../../engine/contract.ts'
import type { Bench } from './bench.ts'

/** The cases about one part of the contract. */
export interface Theme {
  readonly title: string
  readonly cases: readonly Case[]
}

export interface Case {
  /** A sentence that says the behaviour. */
  readonly title: string
  readonly needs?: Needs
  body(bench: Bench, facts: Facts): Promise<void>
}

/** What a case cannot do without. */
export interface Needs {
  /** Why it would take too long, or cannot be told, in real time. */
  readonly fakeClock?: string
  /** Why it says nothing of an engine that outlives its process, or of one that does not. Cases for durable engines may restart it. */
  readonly notDurable?: string
  readonly durable?: string
  /** Why it says nothing of an engine that serves one process. */
  readonly shared?: string
  /** What the manager decides once, if not the plain order and no limit of what is kept; `ageing` in ticks. */
  readonly rules?: Partial<EngineRules>
}

/** What the case may have to know of the engine. */
export interface Facts {
  readonly traits: EngineTraits
  readonly beyondOutputLimit: number
  /** Tries something on another new engine, and checks what must hold at its end. */
  fresh(body: (bench: Bench) => Promise<void>): Promise<void>
}

type Define = (title: string, body: Case['body'], needs?: Needs) => void

/** Collects the cases that `define` tells, in the form of a test file. */
export function theme(title: string, define: (it: Define) => void): Theme {
  const cases: Case[] = []
  define((sentence, body, needs) =>
    cases.push({ title: sentence, body, ...(needs === undefined ? {} : { needs }) }))
  return { title, cases }
}
