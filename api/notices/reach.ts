import type { Locale } from '../../content/schema.ts'
import { CUSTOMERS } from '../accounts/contacts.ts'
import { type MailKindName, refusing } from '../followup/preferences.ts'
import { mailsOf } from '../notify/progress.ts'
import { ownersIn } from '../owned/owners.ts'
import type { Statement } from '../platform/db.ts'
import type { Services } from '../services.ts'
import { boundsOf, isPublic, type Notice, type NoticeKind } from './model.ts'
import { subscribersIn } from './subscribers.ts'

export type Told = { email: string; locale: Locale }

/** Which choice of mails a kind of notice goes by. A recall goes by none: it is about safety, and every owner is told. */
export const CHOICE: Record<NoticeKind, MailKindName | undefined> = {
  incident: 'status',
  maintenance: 'status',
  recall: undefined,
  news: 'news',
}

/** So many are planned in one go: what else goes on waits no longer than for these. */
const SLICE = 500

/**
 * Whom a notice is mailed to, a slice at a time: those it concerns as far as we know them, less who does not want such mails. Who is a
 * customer and has subscribed is in two slices; the log of mails tells them once.
 */
export async function* mailedTo(services: Services, notice: Notice): AsyncGenerator<Told[]> {
  for (const people of concerned(notice)) yield* slicesOf(services, wanting(notice, people))
}

/** Whom it is mailed to how it goes on: those who have asked to hear of it. */
export async function* updatedTo(services: Services, notice: Notice): AsyncGenerator<Told[]> {
  if (isPublic(notice)) yield* slicesOf(services, wanting(notice, askedFor(notice)))
}

/** What staff sees before and after publishing: how many are concerned, how many are mailed, and how the mails get on. */
export async function reachOf(services: Services, notice: Notice) {
  const owners = ownersOf(notice)
  return {
    /** Null where it is for whoever comes by. */
    owners: owners ? await count(services, [owners]) : null,
    mails: notice.byMail
      ? await count(
          services,
          concerned(notice).map((people) => wanting(notice, people)),
        )
      : 0,
    sent: await mailsOf(services, 'notice.published', notice.reference),
  }
}

/** SQL for each of the groups whom it concerns. Who is in several of them is written to in the language they told the first. */
function concerned(notice: Notice): Statement[] {
  const { audience, kind } = notice
  const owners = ownersOf(notice)
  return [
    ...(isPublic(notice) ? [askedFor(notice)] : []),
    // What does not work is mailed to everybody only where they have asked for it; news and recalls to every customer.
    ...(audience.to === 'all' && (kind === 'news' || kind === 'recall') ? [{ sql: CUSTOMERS }] : []),
    ...(owners ? [owners] : []),
  ]
}

function ownersOf({ audience }: Notice): Statement | undefined {
  if (audience.to === 'owners') return ownersIn({ products: audience.products })
  return audience.to === 'region' ? ownersIn({ postcodes: audience.postcodes.map(boundsOf) }) : undefined
}

function askedFor({ audience }: Notice): Statement {
  return subscribersIn(audience.to === 'region' ? audience.postcodes.map(boundsOf) : undefined)
}

function wanting({ kind }: Notice, { sql, args }: Statement): Statement {
  const choice = CHOICE[kind]
  return choice
    ? { sql: `select email, locale from (${sql}) where email not in ${refusing(choice)}`, ...(args && { args }) }
    : { sql, ...(args && { args }) }
}

async function* slicesOf({ reader }: Services, { sql, args }: Statement): AsyncGenerator<Told[]> {
  let after = ''
  while (true) {
    const slice = await reader.all<Told>(`select email, locale from (${sql}) where email > :after order by email limit ${SLICE}`, {
      ...args,
      after,
    })
    if (slice.length) yield slice
    const last = slice.at(-1)
    if (!last || slice.length < SLICE) return
    after = last.email
  }
}

/** How many addresses there are in these groups, each once. */
async function count({ reader }: Services, groups: Statement[]): Promise<number> {
  if (!groups.length) return 0
  const [found] = await reader.all<{ n: number }>(
    `select count(*) as n from (${groups.map(({ sql }) => `select email from (${sql})`).join(' union ')})`,
    Object.assign({}, ...groups.map(({ args }) => args)),
  )
  return found?.n ?? 0
}
