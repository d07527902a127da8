import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { findContact } from '../accounts/store.ts'
import { UploadIds } from '../files/about.ts'
import { ownerOf } from '../files/owner.ts'
import { attachmentsOf, filesWith } from '../files/store.ts'
import { findOrganisation } from '../organisations/store.ts'
import { body, type Env, only, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { countersOf } from './answers.ts'
import { approvalsOf } from './approvals.ts'
import {
  approveQuote,
  askForInfo,
  openRequest,
  recallQuote,
  refuseRequest,
  requote,
  returnQuote,
  saveDraft,
  sendQuote,
  standByOffer,
} from './desk.ts'
import { Draft, LineId, Words } from './fields.ts'
import { actionsOf, statusAt, turnOf } from './model.ts'
import { negotiationOf } from './negotiation.ts'
import { orderOf } from './orders/store.ts'
import { giveQuote } from './owner.ts'
import { qualificationOf } from './qualification.ts'
import { sharesOn } from './shares.ts'
import { asChosen, type Quote, quoteByReference, revisionsOf } from './store.ts'
import { deskThreadOf, writeAsStaff } from './thread.ts'

const Hash = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) })
const Message = Words.extend({ internal: z.boolean().default(false), lineId: LineId.optional(), uploads: UploadIds })

/** For staff only: mounted behind that check. */
export const deskQuoteRoutes = new Hono<Env>()
  .get('/:reference', async (c) => {
    const { services, actor } = c.var
    const quote = await anyQuote(c)
    const { id: _id, contactId, choices: _choices, ...shown } = quote
    const status = statusAt(quote, services.clock.now())
    const revisions = await revisionsOf(services, quote)
    const [current, counters] = [revisions.find(({ number }) => number === quote.revision), await countersOf(services, quote)]
    return c.json({
      ...shown,
      status,
      turn: turnOf(status),
      actions: actor.user?.readOnly ? [] : actionsOf(status, actor.user?.role === 'admin' ? 'manager' : 'staff'),
      revisions,
      counters,
      negotiation: current ? negotiationOf(current.document, counters) : {},
      qualification: qualificationOf(quote),
      /** The current revision as the buyer has chosen it. */
      chosen: current ? asChosen(quote, current).document : null,
      order: (await orderOf(services, quote)) ?? null,
      messages: await deskThreadOf(services, quote),
      uploads: filesWith(await attachmentsOf(services, quote.reference, { internal: true }), null),
      contact: await findContact(services, contactId),
      ...(await buyersSideOf(services, quote)),
    })
  })

  .post('/:reference/opening', async (c) => done(c, openRequest(c.var.services, await anyQuote(c), signedIn(c))))

  .put('/:reference/owner', body(z.object({ ownerId: z.int().nullable() })), async (c) =>
    done(c, giveQuote(c.var.services, await anyQuote(c), c.req.valid('json').ownerId, signedIn(c))),
  )

  .put('/:reference/draft', body(Draft), async (c) => {
    const { number, hash, document } = await saveDraft(c.var.services, await anyQuote(c), c.req.valid('json'), signedIn(c))
    return c.json({ number, hash, document })
  })

  .post('/:reference/sending', once(), body(Hash), async (c) => {
    const now = await sendQuote(c.var.services, await anyQuote(c), c.req.valid('json').hash, signedIn(c))
    return c.json({ status: now })
  })

  .post('/:reference/approval', only('admin'), once(), body(Hash), async (c) =>
    done(c, approveQuote(c.var.services, await anyQuote(c), c.req.valid('json').hash, signedIn(c))),
  )

  .delete('/:reference/approval', only('admin'), body(Words), async (c) =>
    done(c, returnQuote(c.var.services, await anyQuote(c), c.req.valid('json').text, signedIn(c))),
  )

  .post('/:reference/question', once(), body(Words), async (c) =>
    done(c, askForInfo(c.var.services, await anyQuote(c), c.req.valid('json').text, signedIn(c))),
  )

  .post('/:reference/refusal', once(), body(Words), async (c) =>
    done(c, refuseRequest(c.var.services, await anyQuote(c), c.req.valid('json').text, signedIn(c))),
  )

  // The counter-offer is refused with a note, and the offer stands as it stood.
  .delete('/:reference/counter', body(Words), async (c) =>
    done(c, standByOffer(c.var.services, await anyQuote(c), c.req.valid('json').text, signedIn(c))),
  )

  .post('/:reference/recall', async (c) => done(c, recallQuote(c.var.services, await anyQuote(c), signedIn(c))))

  .post('/:reference/renewal', async (c) => done(c, requote(c.var.services, await anyQuote(c), signedIn(c))))

  .post('/:reference/messages', once(), body(Message), async (c) => {
    const { uploads, ...message } = c.req.valid('json')
    await writeAsStaff(c.var.services, await anyQuote(c), signedIn(c), { ...message, files: { uploads, owner: ownerOf(c) ?? '' } })
    return c.body(null, 201)
  })

async function anyQuote(c: Context<Env>): Promise<Quote> {
  const quote = await quoteByReference(c.var.services, c.req.param('reference') ?? '')
  if (!quote) throw new Problem('not-found')
  return quote
}

async function done(c: Context<Env>, work: Promise<unknown>) {
  await work
  return c.body(null, 204)
}

/** Whom the buyer shares it with, and what they said; only to be looked at. */
async function buyersSideOf(services: Services, quote: Quote) {
  const organisation = quote.organisationId ? await findOrganisation(services, quote.organisationId) : undefined
  return {
    organisation: organisation ? { id: organisation.id, name: organisation.name } : null,
    shares: await sharesOn(services, quote),
    approvals: await approvalsOf(services, quote),
  }
}
