import { tellDesk } from '../desk/events.ts'
import { filesToMail } from '../files/mailed.ts'
import { namesOfFiles } from '../files/names.ts'
import type { MailKind } from '../notify/mail-kind.ts'
import type { Statement, Value } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { asksForAnswer, subjectIn } from '../tickets/mails.ts'
import { findAnyTicket } from '../tickets/store.ts'
import { messageOf } from '../tickets/thread.ts'

type Over = { from: string; into: string; by: string; at: number }

/** Who takes part in a case by mail, besides its customer. */
export async function participantsOf({ db }: Pick<Services, 'db'>, reference: string): Promise<string[]> {
  const rows = await db.all<{ email: string }>(
    'select email from mail_participants where reference = :reference order by added_at, email',
    {
      reference,
    },
  )
  return rows.map(({ email }) => email)
}

/** Lets somebody take part from now on: what was written before stays where it is. The second time changes nothing. */
export async function letIn({ db, clock }: Services, { reference, email, userId }: { reference: string; email: string; userId: number }) {
  const at = clock.now()
  await db.batch([
    {
      sql: `insert into mail_participants (reference, email, added_by, added_at)
            values (:reference, :email, :userId, :at) on conflict do nothing`,
      args: { reference, email, userId, at },
    },
    eventIfChanged('ticket.participant-added', { subject: reference, actor: `user:${userId}`, at }),
    tellDesk(reference, { actor: `user:${userId}`, at }),
  ])
}

/** Their address for answers proves nothing from then on. */
export async function leaveOut(
  { db, clock }: Services,
  { reference, email, userId }: { reference: string; email: string; userId: number },
) {
  const at = clock.now()
  await db.batch([
    { sql: 'delete from mail_participants where reference = :reference and email = :email', args: { reference, email } },
    eventIfChanged('ticket.participant-removed', { subject: reference, actor: `user:${userId}`, at }),
    tellDesk(reference, { actor: `user:${userId}`, at }),
  ])
}

/** Those of one case take part in another one as well, from `at` on. For a batch. */
export function bringOver({ from, into, by, at, onlyIf }: Over & { onlyIf: { when: string; args: Record<string, Value> } }): Statement[] {
  return [
    {
      sql: `insert into mail_participants (reference, email, added_by, added_at)
            select :into, email, added_by, :at from mail_participants where reference = :from and ${onlyIf.when} on conflict do nothing`,
      args: { from, into, at, ...onlyIf.args },
    },
    eventIfChanged('ticket.participant-added', { subject: into, actor: by, at, data: { from } }),
  ]
}

/** Those who came over with a merge, and with no other that still holds, are out again. For a batch in which that merge is undone. */
export function takeBack({ from, into, by, at }: Over): Statement[] {
  return [
    {
      sql: `delete from mail_participants where reference = :into
              and added_at in (select at from events where subject = :into and kind = 'ticket.absorbed')
              and email in (select email from mail_participants where reference = :from)
              and not exists (
                select 1 from tickets a join tickets b on b.reference = a.merged_into and b.contact_id = a.contact_id
                join mail_participants p on p.reference = a.reference
                where a.merged_into = :into and a.reference <> :from and p.email = mail_participants.email)`,
      args: { from, into },
    },
    eventIfChanged('ticket.participant-removed', { subject: into, actor: by, at, data: { from } }),
  ]
}

export const participantMails: Record<string, MailKind> = {
  // The words and files alone: a link would open what was written before they came.
  'ticket.answered-participant': {
    on: ['ticket.replied'],
    to: async (services, { subject, data }) => {
      if (data.author !== 'staff') return []
      const { locale } = await findAnyTicket(services, subject)
      return (await participantsOf(services, subject)).map((email) => ({ email, locale }))
    },
    write: async (services, { subject, data }, { email, locale }) => {
      const ticket = await findAnyTicket(services, subject)
      const message = await messageOf(services, ticket, Number(data.message), { staff: false })
      if (!message || !(await participantsOf(services, subject)).includes(email)) return undefined
      const t = services.t[locale]
      const { attachments, rest } = await filesToMail(services, message.attachments)
      return {
        subject: subjectIn(ticket, t('tickets.mail.answered.subject', { reference: ticket.reference, subject: ticket.subject })),
        ...asksForAnswer(ticket),
        paragraphs: [t('tickets.mail.answered.from', { name: message.authorName }), message.text, ...namesOfFiles(t, rest)],
        attachments,
      }
    },
  },
}
