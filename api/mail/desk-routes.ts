import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { letGo } from '../files/enclosures.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { REFERENCE } from '../platform/tokens.ts'
import { findAnyTicket } from '../tickets/store.ts'
import { bouncedAddresses } from './bounced.ts'
import { rawOf } from './files.ts'
import { framed } from './frame.ts'
import { mailboxesOf } from './mailboxes.ts'
import { leaveOut, letIn, participantsOf } from './participants.ts'
import { release } from './release.ts'
import { deleteMail, findIncoming, type IncomingMail, incomingMails, subjectOf, suspendedCount } from './store.ts'

export const MAIL_VIEWS = ['suspended', 'taken', 'ignored'] as const

const Page = z.object({ state: z.enum(MAIL_VIEWS).default('suspended'), before: z.coerce.number().int().positive().optional() })
/** To the ticket with that reference, or as a new one. */
const Release = z.object({ reference: z.string().trim().toUpperCase().optional() })

/** Mails that came in. For staff only: mounted behind that check. */
export const deskMail = new Hono<Env>()
  .get('/', query(Page), async (c) => {
    const { services } = c.var
    const { state, before } = c.req.valid('query')
    const { mails, next } = await incomingMails(services, state, before)
    return c.json({
      mails: mails.map(({ key: _key, ...mail }) => ({ ...mail, recipients: listed(mail.recipients), copies: listed(mail.copies) })),
      next,
      suspended: await suspendedCount(services),
      bounced: await bouncedAddresses(services),
      mailboxes: await mailboxesOf(services),
      isRead: Boolean(services.config.imapUrl ?? services.config.mailInboundSecret),
    })
  })

  .get('/count', async (c) => c.json({ suspended: await suspendedCount(c.var.services) }))

  .get('/:id', async (c) => {
    const { services } = c.var
    const mail = await theMail(c)
    const raw = await rawOf(services, mail.key)
    const parsed = raw && (await services.mailParser.parse(raw, []).catch(() => undefined))
    const { key: _key, ...shown } = mail
    return c.json({
      ...shown,
      recipients: listed(mail.recipients),
      copies: listed(mail.copies),
      participants: mail.reference === null ? [] : await participantsOf(services, mail.reference),
      /** Undefined for a mail that cannot be read. */
      words: parsed && { text: [parsed.text, parsed.quoted].filter(Boolean).join('\n\n'), hasHtml: parsed.hasHtml },
      files: (parsed?.files ?? []).map(({ name, bytes }) => ({ name, size: bytes.byteLength })),
      can: { settle: mail.state === 'suspended', delete: mail.state !== 'taken' },
    })
  })

  // A document of its own for a frame: nothing in it runs, and it reaches nobody unless pictures are asked for.
  .get('/:id/view', query(z.object({ images: z.literal('1').optional() })), async (c) => {
    const { services } = c.var
    const raw = await rawOf(services, (await theMail(c)).key)
    const remote = c.req.valid('query').images === '1'
    const view = raw && (await services.mailParser.view(raw, { remote }).catch(() => undefined))
    if (!view) throw new Problem('not-found')
    const { document, headers } = framed(view, { remote })
    return c.body(document, 200, headers)
  })

  // Only who was in copy: nobody is written to whom the customer has not named.
  .put('/:id/participants/:email', async (c) => {
    const { reference, email } = await theCopied(c)
    await letIn(c.var.services, { reference, email, userId: signedIn(c).id })
    return c.body(null, 204)
  })

  .delete('/:id/participants/:email', async (c) => {
    const { reference, email } = await theCopied(c)
    await leaveOut(c.var.services, { reference, email, userId: signedIn(c).id })
    return c.body(null, 204)
  })

  .post('/:id/release', once(), body(Release), async (c) => {
    const { services } = c.var
    const { reference } = c.req.valid('json')
    const ticket = reference ? await theTicket(c, reference) : undefined
    return c.json(await release(services, await theMail(c), { ticket, userId: signedIn(c).id }), 201)
  })

  .delete('/:id', async (c) => {
    const mail = await theMail(c)
    if (!(await deleteMail(c.var.services, mail, signedIn(c).id, letGo(subjectOf(mail.key))))) throw new Problem('not-your-turn')
    return c.body(null, 204)
  })

async function theMail(c: Context<Env>): Promise<IncomingMail> {
  const mail = await findIncoming(c.var.services, Number(c.req.param('id')) || 0)
  if (!mail) throw new Problem('not-found')
  return mail
}

/** Somebody in copy of a mail that stands in a case. */
async function theCopied(c: Context<Env>): Promise<{ reference: string; email: string }> {
  const { reference, copies } = await theMail(c)
  const email = (c.req.param('email') ?? '').toLowerCase()
  if (reference === null || !listed(copies).includes(email)) throw new Problem('not-found')
  return { reference, email }
}

async function theTicket(c: Context<Env>, reference: string) {
  if (!REFERENCE.test(reference)) throw invalid('reference', 'ticket')
  return findAnyTicket(c.var.services, reference).catch(() => {
    throw invalid('reference', 'ticket')
  })
}

function listed(addresses: string): string[] {
  return JSON.parse(addresses) as string[] // written by writeDown
}
