import { TAGS } from '../../content/money.ts'
import type { Locale } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import { newPreferenceLink, wants } from '../followup/preferences.ts'
import type { MailKind } from '../notify/mail-kind.ts'
import { dayOf } from '../tickets/hours.ts'
import { duesOf } from './model.ts'
import { offeredTo, offerToSend } from './moves.ts'
import { careOf, ownedByReference } from './store.ts'
import { nameOf } from './view.ts'

export const ownedMails: Record<string, MailKind> = {
  'owned.offered': {
    on: ['product.offered'],
    to: async (services, { subject, data }) => {
      const offered = await offeredTo(services, subject)
      return offered && offered.email === data.email ? [offered] : []
    },
    write: async (services, { subject }, { email, locale }) => {
      const made = await offerToSend(services, subject, email)
      if (!made) return undefined
      const t = services.t[locale]
      const product = nameOf(services.content, made.offered, locale)
      return {
        subject: t('owned.mail.offered.subject', { product }),
        paragraphs: [t('owned.mail.offered.text', { name: made.offered.by, product }), t('owned.mail.offered.until')],
        ...(made.offered.serialNumber && { details: [[t('owned.serial-number'), made.offered.serialNumber]] }),
        action: { label: t('owned.mail.offered.open'), path: `/${locale}/take-over/${made.token}` },
      }
    },
  },

  // Whoever had it hears that it is done: it was theirs until just now.
  'owned.taken-over': {
    on: ['product.moved'],
    to: async (services, { data }) => {
      const contact = await findContact(services, Number(data.from))
      return contact ? [contact] : []
    },
    write: async (services, { data }, { locale }) => {
      const t = services.t[locale]
      const product = services.content.products.find(({ slug }) => slug === data.product)?.name[locale] ?? String(data.product)
      return { subject: t('owned.mail.taken.subject', { product }), paragraphs: [t('owned.mail.taken.text', { product })] }
    },
  },

  'owned.care-due': {
    on: ['product.care-due'],
    to: async (services, { subject }) => {
      const item = await ownedByReference(services, subject)
      const contact = item && (await findContact(services, item.contactId))
      return contact ? [contact] : []
    },
    write: async (services, { subject, data }, { email, locale }) => {
      const item = await ownedByReference(services, subject)
      const contact = item && (await findContact(services, item.contactId))
      // Passed on, or unsubscribed, since it was planned.
      if (!item || contact?.email !== email || !(await wants(services, email, 'maintenance'))) return undefined
      const { content, clock } = services
      const t = services.t[locale]
      const today = dayOf(clock.now(), content.company.timeZone)
      const tasks = data.tasks as string[] // written by the job
      const dues = duesOf(item, await careOf(services, item.id), content, today).filter(({ task }) => tasks.includes(task))
      const plans = content.products.find(({ slug }) => slug === item.product)?.maintenance ?? []
      const product = nameOf(content, item, locale)
      const preferences = newPreferenceLink(email, clock.now())
      return {
        subject: t('owned.mail.care.subject', { product }),
        paragraphs: [t('owned.mail.care.text', { product })],
        details: dues.map(({ task, dueOn }) => [plans.find(({ id }) => id === task)?.name[locale] ?? task, dayInWords(dueOn, locale)]),
        action: { label: t('owned.mail.care.open'), path: `/${locale}/account/products#${item.reference}` },
        unsubscribe: {
          label: t('owned.mail.care.unsubscribe'),
          path: `/${locale}/mail-preferences/${preferences.token}`,
          oneClickPath: `/api/unsubscribe/${preferences.token}/maintenance`,
        },
        statements: [preferences.statement],
      }
    },
  },
}

function dayInWords(day: string, locale: Locale): string {
  return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(day))
}
