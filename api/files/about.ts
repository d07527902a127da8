import { z } from 'zod'
import { PURPOSES } from './store.ts'

/** What is said of a file before it comes. */
export const About = z.object({ name: z.string().min(1).max(1_000), purpose: z.enum(PURPOSES).default('quote') })

export const MAX_FILES_AT_ONCE = 10

/** The uploads that come with a message, by their ids. */
export const UploadIds = z
  .array(z.string().regex(/^[\w-]{43}$/))
  .max(MAX_FILES_AT_ONCE)
  .transform((ids) => [...new Set(ids)])
  .default([])
