/** The day ("2026-10-21") that many days from a moment, by the calendar of a place. */
export function dayFrom(now: number, days: number, timeZone: string): string {
  // Swedish writes dates as ISO does.
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(now)
  return new Date(Date.parse(today) + days * 24 * 3_600_000).toISOString().slice(0, 10)
}
