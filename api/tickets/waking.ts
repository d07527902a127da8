import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { openingOn } from './hours.ts'

/** When the company opens on the day on which a case is taken up again; it must be ahead. */
export function wakesOn({ content, clock }: Services, day: string | undefined): number | undefined {
  if (day === undefined) return undefined
  const opens = openingOn(content.company, day)
  if (opens <= clock.now()) throw invalid('until', 'past')
  return opens
}
