import { type Context, Hono } from 'hono'
import { pdfAnswer } from '../../paper/answer.ts'
import type { Env } from '../../platform/http.ts'
import { Problem } from '../../platform/problems.ts'
import { findQuote, type Quote, quoteByReference } from '../store.ts'
import { anyVersion, pdfName, sentVersion } from './version.ts'

/** For customers: every version that was sent, and the current one by a shorter name. */
export const quotePdfs = new Hono<Env>()
  .get('/:reference/pdf', async (c) => {
    const quote = await theirs(c)
    return pdf(c, quote, quote.revision, await sentVersion(c.var.services, quote, quote.revision))
  })

  .get('/:reference/revisions/:number{\\d{1,6}}/pdf', async (c) => {
    const quote = await theirs(c)
    const number = Number(c.req.param('number'))
    return pdf(c, quote, number, await sentVersion(c.var.services, quote, number))
  })

/** For staff: the draft, too, so that it can be seen before it is sent. */
export const deskQuotePdfs = new Hono<Env>().get('/:reference/revisions/:number{\\d{1,6}}/pdf', async (c) => {
  const { services } = c.var
  const quote = await quoteByReference(services, c.req.param('reference'))
  if (!quote) throw new Problem('not-found')
  const number = Number(c.req.param('number'))
  return pdf(c, quote, number, await anyVersion(services, quote, number))
})

async function theirs(c: Context<Env>): Promise<Quote> {
  const { services, actor, address } = c.var
  services.limits.take(`PDFs for ${address}`, 120, 60_000)
  const quote = await findQuote(services, actor, c.req.param('reference') ?? '', 'see')
  if (!quote) throw new Problem('not-found')
  return quote
}

function pdf(c: Context<Env>, { reference }: Quote, number: number, bytes: Uint8Array | undefined) {
  return pdfAnswer(c, pdfName(reference, number), bytes)
}
