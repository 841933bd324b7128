/** What a controller is like. All but the liars come in the share that stands beside them, of a thousand. */
export const HABITS = {
  good: 'answers at once, without TLS', // 680
  secure: 'answers at once, by TLS, with a certificate of the fleet’s own authority', // 200
  slow: 'takes up to a second and a half for each answer', // 50
  busy: 'says 503 with Retry-After to the first question and to the first update', // 30
  silent: 'takes the connection and never answers', // 10
  broken: 'answers 500 to everything', // 10
  absent: 'is not there: nobody listens', // 10
  stranger: 'has a certificate that somebody else has signed', // 10
  'hangs-up': 'does an update, and resets the connection before it could say so', // 10
  // Liars, one of each in a thousand.
  short: 'announces more than it sends',
  drip: 'sends a byte every 50 ms, for ever',
  endless: 'sends a body without end, as fast as it is read',
  'half-way': 'stops in the middle of the body',
  garbage: 'speaks no HTTP',
  'odd-length': 'announces a length that is no number',
  'huge-head': 'sends a head that is too large',
  'endless-head': 'sends preliminary answers without end',
  resets: 'resets the connection at every question',
  circle: 'redirects in a circle',
} as const

export type Habit = keyof typeof HABITS

const LIARS: readonly Habit[] = [
  'short',
  'drip',
  'endless',
  'half-way',
  'garbage',
  'odd-length',
  'huge-head',
  'endless-head',
  'resets',
  'circle',
]

/** Every hundred controllers are alike, but for the one liar among them. */
export function habitOf(index: number): Habit {
  const place = index % 100
  if (place === 0) return 'silent'
  if (place === 1) return 'broken'
  if (place <= 4) return 'busy'
  if (place <= 9) return 'slow'
  if (place === 10) return 'absent'
  if (place === 11) return 'stranger'
  if (place === 12) return LIARS[Math.floor(index / 100) % LIARS.length]!
  if (place === 13) return 'hangs-up'
  return place >= 20 && place < 40 ? 'secure' : 'good'
}

/** Whether it speaks TLS. */
export function isSecure(habit: Habit): boolean {
  return habit === 'secure' || habit === 'stranger'
}
