/** `npm run faults` runs the full length and holds the time limits; `npm test` runs a small version and only prints the times. */
export const full = process.env.FAULTS === 'full'

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
