import { habitOf, isSecure, type Habit } from './habits.ts'

/** A controller as the service knows it. */
export interface Controller {
  readonly name: string
  readonly url: string
  readonly habit: Habit
}

/** What it has before the first update: four of five are behind. */
export const NEWEST = '2.0.0'
export function firstVersion(index: number): string {
  return index % 5 === 4 ? NEWEST : `1.${index % 4}.0`
}

/** 127.1.1.1 to 127.1.1.250, 127.1.2.1 and so on: on Linux all of 127.0.0.0/8 is this machine. */
export function addressOf(index: number): string {
  return `127.1.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`
}

/** The whole fleet; all of it listens on the same port. */
export function roll(count: number, port: number): Controller[] {
  return Array.from({ length: count }, (_, index) => {
    const habit = habitOf(index)
    return {
      name: `bmc-${String(index + 1).padStart(4, '0')}`,
      url: `${isSecure(habit) ? 'https' : 'http'}://${addressOf(index)}:${port}`,
      habit,
    }
  })
}
