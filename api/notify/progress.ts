import type { Services } from '../services.ts'

export type Progress = { waiting: number; sent: number; parked: number }

/** How the mails of one kind about one subject get on. */
export async function mailsOf({ db }: Pick<Services, 'db'>, template: string, subject: string): Promise<Progress> {
  const rows = await db.all<{ status: keyof Progress; n: number }>(
    `select status, count(*) as n from mails
     where template = :template and event_id in (select id from events where subject = :subject and kind = :template) group by status`,
    { template, subject },
  )
  const progress = { waiting: 0, sent: 0, parked: 0 }
  for (const { status, n } of rows) progress[status] = n
  return progress
}

/** Whether a mail of one kind about one subject was written to this address, or is about to be. */
export async function wasMailed({ db }: Pick<Services, 'db'>, template: string, subject: string, email: string): Promise<boolean> {
  const mail = await db.get(
    `select 1 from mails where template = :template and recipient = :email
       and event_id in (select id from events where subject = :subject and kind = :template) limit 1`,
    { template, subject, email },
  )
  return mail !== undefined
}

/** What the mails of one kind to this address were about: of events from a moment on, and before this one. */
export async function mailedAbout(
  { db }: Pick<Services, 'db'>,
  template: string,
  email: string,
  { since, before }: { since: number; before: number },
): Promise<string[]> {
  const events = await db.all<{ subject: string }>(
    `select distinct e.subject from mails m join events e on e.id = m.event_id
     where m.template = :template and m.recipient = :email and e.at >= :since and e.id < :before`,
    { template, email, since, before },
  )
  return events.map(({ subject }) => subject)
}
