import { z } from 'zod'
import { line } from '../platform/fields.ts'

/** How somebody can come to be known, when nothing more is. */
export const DOORS = ['quote', 'ticket', 'booking', 'sign-in', 'contact', 'import'] as const

const short = line(100).default('')
const SITE_KEY = /^[\w-]{0,64}$/
/** Some of our own addresses open something: those are nobody else's to keep. */
const HAS_TOKEN = /\/[\w-]{43}(\/|$)/
const HOST = /^[a-z0-9.-]{0,253}$/i

/**
 * Where somebody came from, as the page told with what they sent: nothing is kept of a visitor before they do something. Whoever
 * sends it can have made it up, so it is bounded, shown as text, and decides nothing.
 */
export const Source = z
  .object({
    page: z
      .string()
      .max(300)
      .regex(/^\/[^\\\s]*$/)
      .refine((path) => !HAS_TOKEN.test(path))
      .or(z.literal(''))
      .default(''), // a path of ours
    site: z.string().regex(SITE_KEY).default(''),
    referrer: z.string().regex(HOST).default(''),
    utm_source: short,
    utm_medium: short,
    utm_campaign: short,
    utm_term: short,
    utm_content: short,
  })
  .partial()
export type Source = z.output<typeof Source>

/** For a form's schema: what does not fit is left out, since a made-up campaign is no reason to refuse a customer. */
export const SourceIfAny = Source.optional().catch(undefined)

/** The word that lists are filtered by: the campaign's source, or the page that led here, or else through which door they came. */
export function nameOfSource(source: Source | undefined, door: string): string {
  return source?.utm_source?.toLowerCase() || source?.referrer?.toLowerCase() || source?.site || door
}

/** Without what is empty, for the event log. */
export function told(source: Source | undefined): Source | undefined {
  const said = Object.entries(source ?? {}).filter(([, value]) => value)
  return said.length ? Object.fromEntries(said) : undefined
}
