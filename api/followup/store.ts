import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import type { Quote } from '../quotes/store.ts'
import type { Services } from '../services.ts'
import { type Given, nextReminder, type Planned, type ReminderKind, type Silence } from './model.ts'
import { IS_WORD } from './silence.ts'

type Row = Omit<Silence, 'isOpen'> & { isOpen: number; contactId: number; reference: string }
export type FollowUp = Silence & { contactId: number; reference: string }
export type Reminder = { kind: ReminderKind; revision: number; step: number; at: number; outcome: 'due' | 'unwanted' }
export type Answered = {
  answer: 'later' | 'not-now' | 'fine' | 'something'
  reason: string
  laterOn: string | null
  text: string
  at: number
}

const COLUMNS = `reference, contact_id as "contactId", revision, sent_at as "sentAt", viewed_at as "viewedAt", expires_at as "expiresAt",
  is_open as "isOpen", spoken_at as "spokenAt", asked_for as "askedFor", accepted_at as "acceptedAt", delivery_on as "deliveryOn",
  stopped_at as "stoppedAt", not_before as "notBefore"`

export async function findFollowUp({ db }: Pick<Services, 'db'>, reference: string): Promise<FollowUp | undefined> {
  const row = await db.get<Row>(`select ${COLUMNS} from follow_ups where reference = :reference`, { reference })
  return row && { ...row, isOpen: row.isOpen === 1 }
}

/** Oldest first. */
export async function remindersOf({ db }: Pick<Services, 'db'>, reference: string): Promise<Reminder[]> {
  return db.all<Reminder>('select kind, revision, step, at, outcome from reminders where reference = :reference order by at, kind, step', {
    reference,
  })
}

export async function lastAnswer({ db }: Pick<Services, 'db'>, reference: string): Promise<Answered | undefined> {
  return db.get<Answered>(
    `select answer, reason, later_on as "laterOn", text, at from reminder_answers where reference = :reference order by id desc limit 1`,
    { reference },
  )
}

export async function planOf({ content }: Services, followUp: FollowUp, given: Given[]): Promise<Planned | undefined> {
  return nextReminder(followUp, given, content.company)
}

/** What the reader of the log writes; what staff has said of it stays. */
export function writeSilence(reference: string, contactId: number, silence: Silence, nextAt: number | null): Statement {
  const { stoppedAt: _, notBefore: __, isOpen, ...known } = silence
  return {
    sql: `insert into follow_ups (reference, contact_id, revision, sent_at, viewed_at, expires_at, is_open, spoken_at, asked_for,
            accepted_at, delivery_on, next_at)
          values (:reference, :contactId, :revision, :sentAt, :viewedAt, :expiresAt, :isOpen, :spokenAt, :askedFor, :acceptedAt,
            :deliveryOn, :nextAt)
          on conflict (reference) do update set revision = :revision, sent_at = :sentAt, viewed_at = :viewedAt, expires_at = :expiresAt,
            is_open = :isOpen, spoken_at = :spokenAt, asked_for = :askedFor, accepted_at = :acceptedAt, delivery_on = :deliveryOn,
            next_at = :nextAt`,
    args: { reference, contactId, ...known, isOpen: isOpen ? 1 : 0, nextAt },
  }
}

/** Staff stops the reminders of one quote, puts them off until a day, or lets them go on. */
export async function setReminders(
  { db, clock }: Services,
  { reference }: Quote,
  { isStopped, notBefore }: { isStopped: boolean; notBefore: number | null },
  by: User,
): Promise<boolean> {
  const at = clock.now()
  const to = isStopped ? 'stopped' : notBefore ? 'postponed' : 'going'
  const [set] = await db.batch([
    {
      sql: 'update follow_ups set stopped_at = :stoppedAt, not_before = :notBefore, next_at = :at where reference = :reference',
      args: { reference, stoppedAt: isStopped ? at : null, notBefore, at },
    },
    eventIfChanged('quote.reminders-set', { subject: reference, actor: `user:${by.id}`, at, data: { to, why: '' } }),
  ])
  return set?.changes === 1
}

export type NewAnswer = { answer: Answered['answer']; reason?: string; on?: string; text: string }

/** Writes down what a customer said to a reminder, with one tap or a few words. */
export async function writeAnswer({ db, clock }: Services, quote: Quote, { answer, reason = '', on, text }: NewAnswer) {
  const at = clock.now()
  const { reference, revision, contactId, status } = quote
  const kind = answer === 'fine' || answer === 'something' ? 'quote.check-in-answered' : 'quote.reminder-answered'
  await db.batch([
    {
      sql: `insert into reminder_answers (reference, revision, answer, reason, later_on, text, at)
            values (:reference, :revision, :answer, :reason, :on, :text, :at)`,
      args: { reference, revision, answer, reason, on: on ?? null, text, at },
    },
    eventIfChanged(kind, {
      subject: reference,
      actor: `contact:${contactId}`,
      at,
      data: { from: status, to: status, revision, answer, reason, why: text || reason, ...(on && { on }) },
    }),
  ])
}

/** Whether the customer has said anything since a moment, straight from the log: readers of it may be behind. */
export async function hasSpokenSince({ db }: Pick<Services, 'db'>, reference: string, since: number): Promise<boolean> {
  const word = await db.get(`select 1 from events where subject = :reference and at >= :since and ${IS_WORD} limit 1`, { reference, since })
  return word !== undefined
}
