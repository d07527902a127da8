import { z } from 'zod'
import { line, prose, required } from '../platform/fields.ts'

/** A count as people type it: plain digits, so that "1e3" is a mistake and not a thousand. */
const Quantity = z.preprocess(
  (value) => (typeof value === 'string' && /^\s*\d{1,6}\s*$/.test(value) ? Number(value) : value),
  z.int().min(1).max(10_000),
)

const Options = z.record(z.string().max(60), z.string().max(60)).default({})

/** What a customer may say of a line; a price is not among it. */
export const WantedLine = z.object({ product: z.string().min(1).max(100), options: Options, quantity: Quantity })
export const WantedLines = z.array(WantedLine).min(1).max(100)

/** What staff may say of a line: a product of the catalogue, or words of their own. Amounts in minor units. */
export const OfferedLine = z
  .object({
    product: z.string().max(100).optional(),
    text: line(200).optional(),
    options: Options,
    quantity: Quantity,
    unitPrice: z.int().min(0).max(1_000_000_000).optional(),
    discountBp: z.int().min(0).max(10_000).optional(),
  })
  .refine(({ product, text }) => Boolean(product) !== Boolean(text), { path: ['text'], params: { reason: 'required' } })

export const Words = z.object({ text: required(prose(5_000)) })
export const WordsIfAny = z.object({ text: prose(5_000).default('') })
