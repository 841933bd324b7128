const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec'
const DAYS = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun'
const LONG_DAYS = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday'
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`

/** The three forms of RFC 9110, section 5.6.7; case counts. */
const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(String.raw`^(?:${DAYS}), (?<day>\d\d) (?<month>${MONTHS}) (?<year>\d{4}) ${TIME} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(String.raw`^(?:${LONG_DAYS}), (?<day>\d\d)-(?<month>${MONTHS})-(?<year>\d\d) ${TIME} GMT$`),
  // Sun Nov  6 08:49:37 1994
  new RegExp(String.raw`^(?:${DAYS}) (?<month>${MONTHS}) (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
]
const MONTH_NAMES = MONTHS.split('|')

/** The date in epoch milliseconds; undefined where the text is none. `now` says which century a year of two digits is in. */
export function httpDate(text: string, now: number): number | undefined {
  const parts = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined)
  if (parts === undefined) return undefined
  const { day, hour, minute, second } = parts
  const month = MONTH_NAMES.indexOf(parts['month']!)
  const year = parts['year']!.length === 2 ? fullYear(Number(parts['year']), now) : Number(parts['year'])
  // A leap second is a time of day too.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  // A day that the month has not becomes another one.
  const date = new Date(0)
  date.setUTCFullYear(year, month, Number(day))
  if (date.getUTCDate() !== Number(day)) return undefined
  return date.setUTCHours(Number(hour), Number(minute), Number(second))
}

/** A date that seems to be more than 50 years ahead is of the century before. */
function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + twoDigits
  return year > thisYear + 50 ? year - 100 : year
}
