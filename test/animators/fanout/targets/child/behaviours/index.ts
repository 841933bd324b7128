import type { Exchange } from '../exchange.ts'
import type { Gates } from '../gates.ts'
import { answers } from './answers.ts'
import { Ask, type Behaviour } from './ask.ts'
import { lies } from './lies.ts'
import { silences } from './silences.ts'

const ALL: Readonly<Record<string, Behaviour>> = { ...answers, ...silences, ...lies }

interface Behaviours {
  behave(exchange: Exchange): void
  /** How often each id was asked for. */
  seen(): Record<string, number>
  forget(): void
}

/** What a path stands for, with the memory of how often each key was asked for. */
export function behaviour(gates: Gates): Behaviours {
  const asked = new Map<string, number>()
  const ids = new Map<string, number>()
  return {
    behave: (exchange) =>
      exchange.target === '/ok' ? exchange.answer(200, {}, 'ok') : act(exchange, new Ask(exchange.target)),
    seen: () => Object.fromEntries(ids),
    forget: () => {
      asked.clear()
      ids.clear()
    },
  }

  function act(exchange: Exchange, ask: Ask): void {
    const name = ask.take()
    if (name === 'id') {
      const id = ask.take('')
      ids.set(id, (ids.get(id) ?? 0) + 1)
      return act(exchange, ask)
    }
    if (name === 'gate') {
      const leave = gates.named(ask.take('')).enter(() => act(exchange, ask))
      return exchange.onOver(leave)
    }
    if (name === 'delay') {
      const timer = setTimeout(() => act(exchange, ask), ask.takeNumber(0))
      return exchange.onOver(() => clearTimeout(timer))
    }
    const perform = spent(ask) ? answers['ok'] : ALL[name]
    if (perform === undefined) return exchange.answer(404, {}, `no behaviour is named ${name}`)
    perform(exchange, ask)
  }

  /** Whether the key was asked for as often as it is to be behaved so. */
  function spent(ask: Ask): boolean {
    const times = ask.number('times', Infinity)
    if (times === Infinity) return false
    const key = ask.text('key', '')
    const before = asked.get(key) ?? 0
    asked.set(key, before + 1)
    return before >= times
  }
}
