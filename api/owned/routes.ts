import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import { Day, Email, line, Postcode, required } from '../platform/fields.ts'
import { body, type Env, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { dayOf } from '../tickets/hours.ts'
import { noteCare } from './care.ts'
import { isSerialNumber } from './model.ts'
import { findOffer, offerItem, takeOver, withdrawOffer } from './moves.ts'
import { registerItem } from './register.ts'
import { choicesOf, findOwned, type OwnedItem, ownedBy, placeItem } from './store.ts'
import { nameOf, ownedFor } from './view.ts'

const HOUR = 60 * 60_000
const OLDEST = '1980-01-01'

const nothing = z.literal('').transform(() => undefined)
/** As a label may have it: it can be written into a mail or a case as it is. */
const SerialNumber = required(line(60)).refine((text) => /^[\p{L}\d ._/#-]*$/u.test(text), { params: { reason: 'serial-number' } })

const Registration = z.object({
  product: required(z.string().max(100)),
  serialNumber: SerialNumber,
  boughtOn: Day.optional().or(nothing),
  postcode: Postcode,
  forOrganisation: z.boolean().default(false),
})
const Offer = z.object({ email: Email, locale: Locale.optional() })
// A form that leaves it out has not taken it away; an empty one has.
const Place = z.object({ postcode: Postcode.unwrap() })
const CareDone = z.object({ task: z.string().max(100), on: Day })

/** What the signed-in customer owns. */
export const ownedProducts = new Hono<Env>()
  .get('/', async (c) => {
    const { services, locale } = c.var
    const { contactId } = signedIn(c)
    return c.json({ products: contactId === null ? [] : await ownedFor(services, await ownedBy(services, contactId), locale) })
  })

  // By name, for forms that ask what it is about.
  .get('/choices', async (c) => {
    const { services, locale } = c.var
    const { contactId } = signedIn(c)
    const choices = contactId === null ? [] : await choicesOf(services, contactId)
    return c.json({ choices: choices.map((choice) => ({ ...choice, name: nameOf(services.content, choice, locale) })) })
  })

  .post('/', once(), body(Registration), async (c) => {
    const { services } = c.var
    const { contactId } = signedIn(c)
    if (contactId === null) throw new Problem('not-allowed')
    const { product: slug, serialNumber, boughtOn, ...wanted } = c.req.valid('json')
    const product = services.content.products.find((product) => product.slug === slug)
    if (!product) throw invalid('product', 'choice')
    if (!isSerialNumber(product, serialNumber)) throw invalid('serialNumber', 'serial-number')
    if (boughtOn) mustBeBehind(services, 'boughtOn', boughtOn)
    services.limits.take(`serial numbers of ${contactId}`, 30, HOUR)
    const reference = await registerItem(services, contactId, { ...wanted, product, serialNumber, boughtOn }, `contact:${contactId}`)
    return c.json({ reference }, 201)
  })

  .post('/:reference/care', once(), body(CareDone), async (c) => {
    const { services } = c.var
    const item = await theirs(c)
    if (!item.isTheirs) throw new Problem('not-allowed')
    const { task, on } = c.req.valid('json')
    const plans = services.content.products.find(({ slug }) => slug === item.product)?.maintenance ?? []
    if (!plans.some(({ id }) => id === task)) throw invalid('task', 'choice')
    mustBeBehind(services, 'on', on)
    services.limits.take(`care of ${item.reference}`, 30, HOUR)
    await noteCare(services, item, { task, on }, `contact:${signedIn(c).contactId}`)
    return c.body(null, 204)
  })

  .put('/:reference/postcode', body(Place), async (c) => {
    const { item, contactId } = await mine(c)
    await placeItem(c.var.services, item, c.req.valid('json').postcode, contactId)
    return c.body(null, 204)
  })

  .post('/:reference/offer', once(), body(Offer), async (c) => {
    const { services } = c.var
    const { item, contactId } = await mine(c)
    const { email, locale = c.var.locale } = c.req.valid('json')
    if (email === (await findContact(services, contactId))?.email) throw invalid('email', 'own-email')
    services.limits.take(`offers by ${contactId}`, 10, HOUR)
    services.limits.take(`offers to ${email}`, 3, HOUR)
    await offerItem(services, item, { email, locale }, contactId)
    return c.body(null, 204)
  })

  .delete('/:reference/offer', async (c) => {
    const { item, contactId } = await mine(c)
    await withdrawOffer(c.var.services, item, contactId)
    return c.body(null, 204)
  })

/** What a link in a mail offers to its reader. */
export const takeOvers = new Hono<Env>()
  .get('/:token', async (c) => {
    const { services, actor, locale } = c.var
    const offered = await findOffer(services, c.req.param('token'))
    if (!offered) throw new Problem('not-found')
    const { serialNumber, quantity, by, email } = offered
    return c.json({
      serialNumber,
      quantity,
      by,
      email,
      name: nameOf(services.content, offered, locale),
      isYours: actor.user?.email === email,
    })
  })

  .post('/:token/acceptance', once(), async (c) => {
    const { services } = c.var
    const { contactId } = signedIn(c)
    if (!(await findOffer(services, c.req.param('token')))) throw new Problem('not-found')
    const reference = contactId === null ? undefined : await takeOver(services, c.req.param('token'), contactId)
    if (!reference) throw new Problem('not-allowed')
    return c.json({ reference })
  })

async function theirs(c: Context<Env>): Promise<OwnedItem> {
  const item = await findOwned(c.var.services, signedIn(c).contactId, c.req.param('reference') ?? '')
  if (!item) throw new Problem('not-found')
  return item
}

/** Only whose it is passes it on, not a colleague. */
async function mine(c: Context<Env>): Promise<{ item: OwnedItem; contactId: number }> {
  const item = await theirs(c)
  if (!item.isMine) throw new Problem('not-allowed')
  return { item, contactId: item.contactId }
}

function mustBeBehind({ clock, content }: Services, field: string, on: string) {
  if (on > dayOf(clock.now(), content.company.timeZone)) throw invalid(field, 'in-the-future')
  if (on < OLDEST) throw invalid(field, 'too-far')
}
