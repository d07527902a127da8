import { z } from 'zod'
import { Day, line, prose, required } from '../platform/fields.ts'

/** A count as people type it: plain digits, so that "1e3" is a mistake and not a thousand. */
export const Quantity = z.preprocess(
  (value) => (typeof value === 'string' && /^\s*\d{1,6}\s*$/.test(value) ? Number(value) : value),
  z.int().min(1).max(10_000),
)

const Options = z.record(z.string().max(60), z.string().max(60)).default({})

/** What a customer may say of a line: a product, or words for what is in no catalogue. A price is not among it. */
export const WantedLine = z
  .object({ product: z.string().min(1).max(100).optional(), text: line(200).optional(), options: Options, quantity: Quantity })
  .refine(({ product, text }) => Boolean(product) !== Boolean(text), { path: ['text'], params: { reason: 'required' } })
export const WantedLines = z.array(WantedLine).min(1).max(100)

/** Of a line: see `PricedLine`. */
export const LineId = z.string().regex(/^[1-9]\d{0,3}$/)

const Range = z
  .object({ min: Quantity, max: Quantity })
  .refine(({ min, max }) => min < max, { path: ['max'], params: { reason: 'before-the-start' } })

/** What staff may say of a line: a product of the catalogue, or words of their own. Amounts in minor units. */
export const OfferedLine = z
  .object({
    id: LineId.optional(),
    product: z.string().max(100).optional(),
    text: line(200).optional(),
    options: Options,
    quantity: Quantity,
    unitPrice: z.int().min(0).max(1_000_000_000).optional(),
    discountBp: z.int().min(0).max(10_000).optional(),
    vatBp: z.int().min(0).max(10_000).optional(),
    optional: z.boolean().optional(),
    selected: z.boolean().optional(),
    range: Range.nullish(),
    deliveryOn: Day.nullish(),
    note: prose(500).optional(),
  })
  .refine(({ product, text }) => Boolean(product) !== Boolean(text), { path: ['text'], params: { reason: 'required' } })

/** What the buyer takes of an offer, by line. */
export const Choices = z.record(LineId, z.object({ selected: z.boolean().optional(), quantity: Quantity.optional() }))

/** What the buyer asks for instead, of one line; at least one term or word. */
const AskedLine = z.object({
  id: LineId,
  quantity: Quantity.optional(),
  unitPriceMinor: z.int().min(0).max(1_000_000_000).optional(),
  deliveryOn: Day.optional(),
  text: prose(500).default(''),
})
export const Counter = z.object({ text: prose(5_000).default(''), lines: z.array(AskedLine).max(100).default([]) })

export const Words = z.object({ text: required(prose(5_000)) })
export const WordsIfAny = z.object({ text: prose(5_000).default('') })

/** What staff fills in of an offer. */
export const Draft = z.object({
  lines: z.array(OfferedLine).min(1).max(100),
  validDays: z.int().min(1).max(365),
  note: prose(5_000).default(''),
  terms: prose(20_000).optional(),
  /** The hash of the draft they had before them. */
  replaces: z.string().max(64).optional(),
})
