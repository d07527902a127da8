import { findContact } from '../accounts/store.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import { statusAt } from '../quotes/model.ts'
import { quoteByReference } from '../quotes/store.ts'
import type { Services } from '../services.ts'
import type { Planned } from './model.ts'
import { wants } from './preferences.ts'
import { sendableAt } from './sending-hours.ts'
import { IS_WORD } from './silence.ts'
import { type FollowUp, findFollowUp, planOf, remindersOf } from './store.ts'

const AT_ONCE = 200

/** Finds whom to ask how it stands, and writes that down: mails follow from it. Each once, whoever else is looking. */
export async function remindDue(services: Services) {
  const { db, clock } = services
  const due = await db.all<{ reference: string }>(
    `select reference from follow_ups where next_at <= :now order by next_at, reference limit ${AT_ONCE}`,
    { now: clock.now() },
  )
  for (const { reference } of due) await remind(services, reference)
}

async function remind(services: Services, reference: string) {
  const { db, clock } = services
  const followUp = await findFollowUp(services, reference)
  if (!followUp) return
  const now = clock.now()
  const given = await remindersOf(services, reference)
  const plan = await planOf(services, followUp, given)
  // Who was down by day has no business to write by night.
  const soonest = sendableAt(now, services.content.company)
  if (plan && plan.at <= now && soonest > now) return void (await db.batch([planAgain(reference, soonest)]))
  const isDue = plan !== undefined && plan.at <= now && (await stillStands(services, followUp, plan))
  if (!isDue) return void (await db.batch([planAgain(reference, plan && plan.at > now ? plan.at : null)]))

  const contact = await findContact(services, followUp.contactId)
  const isWanted = contact !== undefined && (await wants(services, contact.email, plan.kind === 'check-in' ? 'check-ins' : 'reminders'))
  const after = await planOf(services, { ...followUp, askedFor: null }, [...given, { ...plan, revision: followUp.revision, at: now }])
  await db.batch([...due(followUp, plan, isWanted, now), planAgain(reference, after?.at ?? null)])
}

/** The offer is as it was when this was planned. */
async function stillStands(services: Services, { reference, revision }: FollowUp, { kind }: Planned): Promise<boolean> {
  const quote = await quoteByReference(services, reference)
  if (!quote || quote.revision !== revision) return false
  const status = statusAt(quote, services.clock.now())
  if (kind === 'check-in') return status === 'accepted'
  return status === 'sent' || (kind === 'asked' && status === 'expired')
}

/** Not if they have said something meanwhile, though no reader has come to it yet; not if staff has stopped it. */
function due({ reference, revision, sentAt, spokenAt }: FollowUp, { kind, step }: Planned, isWanted: boolean, now: number): Statement[] {
  const isCheckIn = kind === 'check-in'
  return [
    {
      sql: `insert into reminders (reference, revision, kind, step, at, outcome)
            select :reference, :revision, :kind, :step, :now, :outcome from follow_ups f
            where f.reference = :reference and f.revision = :revision
              and (:isCheckIn or (f.stopped_at is null and coalesce(f.not_before, 0) <= :now
                and not exists (select 1 from events where subject = :reference and at > :since and ${IS_WORD})))
            on conflict do nothing`,
      args: {
        reference,
        revision,
        kind,
        step,
        now,
        outcome: isWanted ? 'due' : 'unwanted',
        isCheckIn: isCheckIn ? 1 : 0,
        since: kind === 'asked' ? (spokenAt ?? sentAt) : sentAt,
      },
    },
    ...(isWanted
      ? [
          eventIfChanged(isCheckIn ? 'quote.check-in-due' : 'quote.reminder-due', {
            subject: reference,
            actor: 'clock',
            at: now,
            data: { from: '', to: '', revision, kind, step, why: kind },
          }),
        ]
      : []),
  ]
}

function planAgain(reference: string, nextAt: number | null): Statement {
  return { sql: 'update follow_ups set next_at = :nextAt where reference = :reference', args: { reference, nextAt } }
}
