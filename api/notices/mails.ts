import { newPreferenceLink, wants } from '../followup/preferences.ts'
import type { MailContent, MailKind, Recipient } from '../notify/mail-kind.ts'
import { mailedAbout, wasMailed } from '../notify/progress.ts'
import { ownersOf, productsAbout } from '../owned/owners.ts'
import type { Event } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { concerns, isPublic, isShown, type Notice, type NoticeKind } from './model.ts'
import { CHOICE, mailedTo, updatedTo } from './reach.ts'
import { findNotice, shownNotices } from './store.ts'
import { findRequest, requestToSend } from './subscribers.ts'
import { plainOf } from './words.ts'

export const noticeMails: Record<string, MailKind> = {
  'notice.published': {
    on: ['notice.published'],
    to: async function* (services, { subject, data }) {
      const notice = data.byMail ? await findNotice(services, subject) : undefined
      if (notice) yield* mailedTo(services, notice)
    },
    write: async (services, { subject }, recipient) => {
      const notice = await findNotice(services, subject)
      // What has ended meanwhile disturbs nobody any more.
      if (!notice || !isShown(notice, services.clock.now())) return undefined
      const t = services.t[recipient.locale]
      return written(services, notice, recipient, {
        subject: t(`notices.mail.${notice.kind}`, { title: notice.title[recipient.locale] }),
        paragraphs: [plainOf(notice.text[recipient.locale])],
      })
    },
  },

  // Whoever comes to own something after its recall hears of it as well: once for each recall.
  'notice.recalls': toLaterOwners('notice.recalls', ['recall']),

  // And of what does not work with it, or will not, as whoever owned it before: by a mail of its own, which one can do without.
  'notice.running': toLaterOwners('notice.running', ['incident', 'maintenance']),

  // How it goes on is for those who have asked to hear of it.
  'notice.updated': {
    on: ['notice.updated'],
    to: async function* (services, { subject }) {
      const notice = await findNotice(services, subject)
      if (notice) yield* updatedTo(services, notice)
    },
    write: async (services, { subject, data }, recipient) => {
      const notice = await findNotice(services, subject)
      const update = notice?.updates.find(({ at }) => at === data.at)
      if (!notice || !update) return undefined
      const t = services.t[recipient.locale]
      const state = t(`notices.state.${update.state}`)
      return written(services, notice, recipient, {
        subject: t('notices.mail.update', { state, title: notice.title[recipient.locale] }),
        paragraphs: [`${state}.`, plainOf(update.text[recipient.locale])],
      })
    },
  },

  'status.subscription-asked': {
    on: ['status.subscription-asked'],
    to: async (services, { subject }) => {
      const request = await findRequest(services, { id: requestOf(subject) })
      return request ? [request] : []
    },
    write: async (services, { subject }, { locale }) => {
      const token = await requestToSend(services, requestOf(subject))
      if (!token) return undefined
      const t = services.t[locale]
      return {
        subject: t('notices.mail.confirm.subject', { company: services.content.company.name }),
        paragraphs: [t('notices.mail.confirm.text'), t('notices.mail.confirm.not-you')],
        action: { label: t('notices.mail.confirm.open'), path: `/${locale}/status/confirm/${token}` },
      }
    },
  },
}

/** Tells who came to own something with an event what was mailed to its owners before and still holds: each notice once. */
function toLaterOwners(template: string, kinds: NoticeKind[]): MailKind {
  return {
    on: ['order.created', 'product.registered', 'product.moved', 'product.handed-over'],
    to: async (services, event) => {
      const owners = new Map((await ownersOf(services, event.subject)).map(({ email, locale }) => [email, { email, locale }]))
      const unheard = await Promise.all([...owners.keys()].map((email) => unheardBy(services, event, email, { template, kinds })))
      return [...owners.values()].filter((_, at) => unheard[at]?.length)
    },
    write: async (services, event, { email, locale }) => {
      const [first, ...more] = await unheardBy(services, event, email, { template, kinds })
      if (!first) return undefined
      const subject = services.t[locale](`notices.mail.${first.kind}`, { title: first.title[locale] })
      const paragraphs = [first, ...more].map(({ title, text }) => `${title[locale]}\n${plainOf(text[locale])}`)
      return written(services, first, { email, locale }, { subject, paragraphs })
    },
  }
}

type Later = { template: string; kinds: NoticeKind[] }

/** What holds now of what somebody came to own with an event, and this address wants to hear and has not been told. */
async function unheardBy(services: Services, event: Event, email: string, { template, kinds }: Later): Promise<Notice[]> {
  const owned = (await ownersOf(services, event.subject)).filter((owner) => owner.email === email)
  const reader = { products: owned.map(({ product }) => product), postcodes: [] }
  const running = (await shownNotices(services)).filter(
    (notice) => kinds.includes(notice.kind) && notice.byMail && notice.audience.to === 'owners' && concerns(notice, reader),
  )
  const wanted = await Promise.all(
    running.map(async (notice) => (await isWanted(services, notice, email)) && !(await wasTold(services, notice, event, email, template))),
  )
  return running.filter((_, at) => wanted[at])
}

async function isWanted(services: Services, { kind }: Notice, email: string): Promise<boolean> {
  const choice = CHOICE[kind]
  return !choice || wants(services, email, choice)
}

/** When it was published, or with what they came to own since: mails of earlier events, so that one which is tried again still says it. */
async function wasTold(services: Services, notice: Notice, event: Event, email: string, template: string): Promise<boolean> {
  if (await wasMailed(services, 'notice.published', notice.reference, email)) return true
  const earlier = await mailedAbout(services, template, email, { since: notice.publishedAt, before: event.id })
  return concerns(notice, { products: await productsAbout(services, earlier), postcodes: [] })
}

/** With the way to the page that says more, and, but for recalls, a way never to get such a mail again. */
async function written(
  services: Services,
  notice: Notice,
  { email, locale }: Recipient,
  { subject, paragraphs }: Pick<MailContent, 'subject' | 'paragraphs'>,
): Promise<MailContent | undefined> {
  const t = services.t[locale]
  const action = { label: t('notices.mail.open'), path: `/${locale}${pageOf(notice)}` }
  const choice = CHOICE[notice.kind]
  if (!choice) return { subject, paragraphs: [...paragraphs, t('notices.mail.safety')], action }
  if (!(await isWanted(services, notice, email))) return undefined
  const preferences = newPreferenceLink(email, services.clock.now())
  return {
    ...{ subject, paragraphs, action },
    unsubscribe: {
      label: t(`notices.mail.unsubscribe.${choice}`),
      path: `/${locale}/mail-preferences/${preferences.token}`,
      oneClickPath: `/api/unsubscribe/${preferences.token}/${choice}`,
    },
    statements: [preferences.statement],
  }
}

function pageOf(notice: Notice): string {
  if (notice.article) return `/help/${notice.article}`
  if (isPublic(notice)) return '/status'
  return notice.audience.to === 'all' ? '/' : '/account/products'
}

function requestOf(subject: string): number {
  return Number(subject.slice('status-request:'.length))
}
