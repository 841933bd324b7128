import type { FanOutItem } from '../item.ts'
import type { Lane } from '../lanes/lane.ts'
import type { Prepared } from '../prepared.ts'
import type { BodyBudget } from './kept-body.ts'
import type { Flight } from './flight.ts'
import type { TimeTexts } from './time-texts.ts'

/** What a flight asks of the room, whatever its list. */
export interface FlightOffice {
  due(flight: Flight, at: number): void
  notDue(flight: Flight): void
  lane(request: Prepared): Lane
  /** Why requests may not go there; undefined where they may. */
  refusal(request: Prepared): string | undefined
  descriptorsExhausted(now: number): void
}

/** What a flight asks of its list, which passes on what the room has to do. */
export interface FlightHost extends FlightOffice {
  /** In ms of `performance.now()`. */
  readonly launchedAt: number
  readonly times: TimeTexts
  readonly bodies: BodyBudget
  /** The request with the credentials that it names. @throws when there are none of that name */
  withCredentials(request: Prepared): Prepared
  /** It needs its place no longer, if it has one. */
  landed(flight: Flight): void
  /** It wants a place as soon as there is one. */
  again(flight: Flight): void
  finished(flight: Flight, item: FanOutItem): void
}
