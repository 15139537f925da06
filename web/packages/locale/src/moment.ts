/**
 * Where a time lies as seen from now, by the clock and by the calendar of Norway: the twin of
 * `crates/locale/src/moment.rs`. Spans up to some hours are elapsed time, days are the calendar's, so
 * that a day of 23 or 25 hours is one day.
 */

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;
const MS_PER_DAY = 24 * MS_PER_HOUR;

/** How far ahead of now a time may lie and still count as now: clocks are off. */
const SKEW_MS = 5 * MS_PER_MINUTE;

/** How long ago, in hours, a time of yesterday is still told in hours. */
const HOURS_PAST_MIDNIGHT = 6;

/** How many days back a weekday's name still says which day is meant. */
const WEEKDAY_REACH = 6;

/** What a formatter takes: a `Date`, Unix milliseconds, a date in text (ISO 8601), or nothing. */
export type TimeLike = Date | number | string | null | undefined;

/** The date and the clock time in Norway. */
export interface OsloTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 1 (Monday) to 7, as in ISO 8601. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  /** The date as a count of days, for differences. */
  readonly dayNumber: number;
}

/** How a day is told relative to today. */
export type Day = 'today' | 'yesterday' | 'tomorrow' | 'weekday' | 'date' | 'date-year';

/** How a time is told relative to now. */
export type Told = { kind: 'now' } | { kind: 'minutes' | 'hours'; count: number } | { kind: 'on'; day: Day };

/** Returns Unix milliseconds, or null where there is no such time. */
export function toMillis(time: TimeLike): number | null {
  if (time === null || time === undefined) return null;
  const ms = typeof time === 'string' ? Date.parse(time) : Number(time);
  return Number.isNaN(new Date(ms).getTime()) ? null : ms;
}

const OSLO = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Oslo',
  calendar: 'iso8601',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  era: 'short',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
});

/** Returns the date and the clock time in Norway. */
export function inOslo(ms: number): OsloTime {
  const parts: Record<string, string> = {};
  for (const { type, value } of OSLO.formatToParts(ms)) parts[type] = value;
  const written = Number(parts.year);
  const year = parts.era?.startsWith('B') ? 1 - written : written;
  const month = Number(parts.month);
  const day = Number(parts.day);
  const midnight = new Date(0).setUTCFullYear(year, month - 1, day);
  return {
    year,
    month,
    day,
    weekday: ((new Date(midnight).getUTCDay() + 6) % 7) + 1,
    hour: Number(parts.hour),
    minute: Number(parts.minute),
    dayNumber: Math.floor(midnight / MS_PER_DAY),
  };
}

/** Returns whether a time counts as now: under a minute ago, or ahead by no more than clocks are off. */
export function isNow(now: number, then: number): boolean {
  const ago = now - then;
  return ago >= -SKEW_MS && ago < MS_PER_MINUTE;
}

/** Tells which day `then` is as seen from `now`. */
export function dayOf(now: number, then: number): Day {
  const today = inOslo(now);
  const date = inOslo(then);
  const daysAgo = today.dayNumber - date.dayNumber;
  if (daysAgo === 0) return 'today';
  if (daysAgo === 1) return 'yesterday';
  if (daysAgo === -1) return 'tomorrow';
  if (daysAgo > 1 && daysAgo <= WEEKDAY_REACH) return 'weekday';
  return today.year === date.year ? 'date' : 'date-year';
}

/** Tells whether the date of `then` needs its year as seen from `now`. */
export function dateOf(now: number, then: number): Day {
  return inOslo(now).year === inOslo(then).year ? 'date' : 'date-year';
}

/** Tells where `then` lies as seen from `now`. */
export function tell(now: number, then: number): Told {
  const ago = now - then;
  const day = dayOf(now, then);
  const hours = Math.trunc(ago / MS_PER_HOUR);
  if (isNow(now, then)) return { kind: 'now' };
  if (ago < 0) return { kind: 'on', day };
  if (ago < MS_PER_HOUR) return { kind: 'minutes', count: Math.trunc(ago / MS_PER_MINUTE) };
  if (day === 'today' || hours < HOURS_PAST_MIDNIGHT) return { kind: 'hours', count: hours };
  return { kind: 'on', day };
}
