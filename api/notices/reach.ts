import type { Locale } from '../../content/schema.ts'
import { customers } from '../accounts/contacts.ts'
import { type MailKindName, refusedBy } from '../followup/preferences.ts'
import { mailsOf } from '../notify/progress.ts'
import { ownersIn } from '../owned/owners.ts'
import type { Services } from '../services.ts'
import { boundsOf, isPublic, liesIn, type Notice, type NoticeKind } from './model.ts'
import { subscribers } from './subscribers.ts'

export type Told = { email: string; locale: Locale }

/** Which choice of mails a kind of notice goes by. A recall goes by none: it is about safety, and every owner is told. */
export const CHOICE: Record<NoticeKind, MailKindName | undefined> = {
  incident: 'status',
  maintenance: 'status',
  recall: undefined,
  news: 'news',
}

/** Whom a notice is mailed to, each once: those it concerns as far as we know them, less who does not want such mails. */
export async function mailedTo(services: Services, notice: Notice): Promise<Told[]> {
  const choice = CHOICE[notice.kind]
  const refused = choice ? await refusedBy(services, choice) : new Set<string>()
  const byEmail = new Map((await concerned(services, notice)).map((one) => [one.email, one]))
  return [...byEmail.values()].filter(({ email }) => !refused.has(email))
}

async function concerned(services: Services, notice: Notice): Promise<Told[]> {
  const { audience, kind } = notice
  const [owners, others] = await Promise.all([
    audience.to === 'owners'
      ? ownersIn(services, { products: audience.products })
      : audience.to === 'region'
        ? ownersIn(services, { postcodes: audience.postcodes.map(boundsOf) })
        : [],
    isPublic(notice) ? subscribers(services) : [],
  ])
  // What does not work is mailed to everybody only where they have asked for it; news and recalls to every customer.
  const everybody = audience.to === 'all' && (kind === 'news' || kind === 'recall') ? await customers(services) : []
  const here = others.filter(({ postcode }) => !postcode || audience.to !== 'region' || liesIn(postcode, audience.postcodes))
  return [...owners, ...everybody, ...here].map(({ email, locale }) => ({ email, locale }))
}

/** What staff sees before and after publishing: how many are concerned, how many are mailed, and how the mails get on. */
export async function reachOf(services: Services, notice: Notice) {
  const { audience } = notice
  const owners =
    audience.to === 'owners'
      ? (await ownersIn(services, { products: audience.products })).length
      : audience.to === 'region'
        ? (await ownersIn(services, { postcodes: audience.postcodes.map(boundsOf) })).length
        : null
  return {
    /** Null where it is for whoever comes by. */
    owners,
    mails: notice.byMail ? (await mailedTo(services, notice)).length : 0,
    sent: await mailsOf(services, 'notice.published', notice.reference),
  }
}
