import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { findContact } from '../accounts/store.ts'
import { Day } from '../platform/fields.ts'
import { body, type Env, signedIn } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { type Quote, quoteByReference } from '../quotes/store.ts'
import { dayOf, momentOf } from '../tickets/hours.ts'
import { wants } from './preferences.ts'
import { sendableAt } from './sending-hours.ts'
import { findFollowUp, lastAnswer, planOf, remindersOf, setReminders } from './store.ts'

const Change = z.discriminatedUnion('do', [
  z.object({ do: z.literal('stop') }),
  z.object({ do: z.literal('resume') }),
  z.object({ do: z.literal('postpone'), until: Day }),
])

/** What was and will be sent about one quote without anybody doing it. For staff only: mounted behind that check. */
export const deskFollowUps = new Hono<Env>()
  .get('/:reference', async (c) => {
    const { services } = c.var
    const { reference, contactId } = await anyQuote(c)
    const followUp = await findFollowUp(services, reference)
    const [sent, answer, contact] = await Promise.all([
      remindersOf(services, reference),
      lastAnswer(services, reference),
      findContact(services, contactId),
    ])
    const plan = followUp && (await planOf(services, followUp, sent))
    return c.json({
      sent,
      // What was due while nobody looked comes as soon as it may.
      plan: plan ? { ...plan, at: Math.max(plan.at, sendableAt(services.clock.now(), services.content.company)) } : null,
      answer: answer ?? null,
      canChange: followUp?.isOpen ?? false,
      stoppedAt: followUp?.stoppedAt ?? null,
      notBefore: followUp?.notBefore ?? null,
      hasSpoken: followUp !== undefined && followUp.spokenAt !== null && followUp.askedFor === null,
      isWanted: contact !== undefined && (await wants(services, contact.email, 'reminders')),
    })
  })

  .put('/:reference', body(Change), async (c) => {
    const { services } = c.var
    const quote = await anyQuote(c)
    const change = c.req.valid('json')
    const { timeZone } = services.content.company
    if (change.do === 'postpone' && change.until <= dayOf(services.clock.now(), timeZone)) throw invalid('until', 'past')
    const notBefore = change.do === 'postpone' ? momentOf(change.until, '00:00', timeZone) : null
    if (!(await setReminders(services, quote, { isStopped: change.do === 'stop', notBefore }, signedIn(c))))
      throw new Problem('not-your-turn')
    return c.body(null, 204)
  })

async function anyQuote(c: Context<Env>): Promise<Quote> {
  const quote = await quoteByReference(c.var.services, c.req.param('reference') ?? '')
  if (!quote) throw new Problem('not-found')
  return quote
}
