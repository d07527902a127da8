import { z } from 'zod'
import { Localized, TicketKind } from './schema.ts'

const name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens')
const asked = { id: name, label: Localized, hint: Localized.optional(), required: z.boolean().default(false) }

/** One question in the form of a kind of case. */
export const TicketField = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ ...asked, type: z.literal('text'), maxLength: z.int().min(1).max(2000).default(200) }),
    z
      .strictObject({
        ...asked,
        type: z.literal('choice'),
        choices: z
          .array(z.strictObject({ id: name, label: Localized }))
          .min(2)
          .max(12),
      })
      .superRefine(({ choices }, context) => onlyOnce(choices, context, ['choices'])),
    z.strictObject({ ...asked, type: z.literal('date') }),
    z
      .strictObject({
        ...asked,
        type: z.literal('number'),
        unit: Localized.optional(),
        min: z.number().optional(),
        max: z.number().optional(),
      })
      .refine(({ min, max }) => min === undefined || max === undefined || min < max, { path: ['max'], message: 'expected more than min' }),
  ],
  { error: 'expected one of text, choice, date and number' },
)
export type TicketField = z.infer<typeof TicketField>

/** `content/ticket-kinds.yaml`: what is asked besides the subject and the words, by kind. */
export const TicketForms = z
  .array(
    z
      .strictObject({ kind: TicketKind, hint: Localized, fields: z.array(TicketField).max(6).default([]) })
      .superRefine(({ fields }, context) => onlyOnce(fields, context, ['fields'])),
  )
  .superRefine((forms, context) => {
    for (const [at, { kind }] of forms.entries())
      if (forms.findIndex((other) => other.kind === kind) !== at)
        context.addIssue({ code: 'custom', path: [at, 'kind'], message: `expected "${kind}" once` })
  })
export type TicketForms = z.infer<typeof TicketForms>

function onlyOnce(items: { id: string }[], context: z.core.$RefinementCtx, path: string[]) {
  for (const [at, { id }] of items.entries())
    if (items.findIndex((other) => other.id === id) !== at)
      context.addIssue({ code: 'custom', path: [...path, at, 'id'], message: `expected a name of its own, since "${id}" is taken` })
}
