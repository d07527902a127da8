import { Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../../content/schema.ts'
import { pdfAnswer } from '../../paper/answer.ts'
import { type Env, query } from '../../platform/http.ts'
import { findAnyTicket, findTicket } from '../store.ts'
import { threadForCustomer, threadForStaff } from './export.ts'

const MINUTE = 60_000
const Language = z.object({ locale: Locale.optional() })

/** A whole thread to keep, for its customer: never more of it than the page shows. */
export const ticketPdfs = new Hono<Env>().get('/:reference/pdf', query(Language), async (c) => {
  const { services, actor, address, locale } = c.var
  services.limits.take(`PDFs for ${address}`, 120, MINUTE)
  const ticket = await findTicket(services, actor, c.req.param('reference'))
  return pdfAnswer(c, `${ticket.reference}.pdf`, await threadForCustomer(services, ticket, locale))
})

/** The same for staff, without notes unless they are asked for: it is often meant to be handed on. */
export const deskTicketPdfs = new Hono<Env>().get(
  '/:reference/pdf',
  query(Language.extend({ notes: z.literal('1').optional() })),
  async (c) => {
    const { services, locale } = c.var
    const notes = c.req.valid('query').notes === '1'
    const ticket = await findAnyTicket(services, c.req.param('reference'))
    return pdfAnswer(c, `${ticket.reference}${notes ? '-notes' : ''}.pdf`, await threadForStaff(services, ticket, locale, { notes }))
  },
)
