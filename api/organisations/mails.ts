import { type Contact, findContact } from '../accounts/store.ts'
import type { MailContent, MailKind } from '../notify/mail-kind.ts'
import type { Event } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { invitationToSend } from './invitations.ts'
import { findOrganisation, managersOf, membershipOf, type Organisation } from './store.ts'

const PAGE = '/account/organisation'

export const organisationMails: Record<string, MailKind> = {
  'organisation.invited': {
    on: ['organisation.member-invited'],
    to: async (services, event) => {
      const invited = await invitationLocale(services, event)
      return invited ? [invited] : []
    },
    write: async (services, event, { email, locale }) => {
      const made = await invitationToSend(services, organisationOf(event), email)
      if (!made) return undefined
      const t = services.t[locale]
      const { organisation, by, role } = made.invited
      return {
        subject: t('organisation.mail.invited.subject', { organisation }),
        paragraphs: [
          t('organisation.mail.invited.text', { organisation, name: by }),
          t(`organisation.role.${role}.text`),
          t('organisation.mail.invited.until'),
        ],
        action: { label: t('organisation.mail.invited.open'), path: `/${locale}/invitations/${made.token}` },
      }
    },
  },
  'organisation.joined': toManagers('organisation.member-joined', ({ t }, { name }, contact, locale) => ({
    subject: t[locale]('organisation.mail.joined.subject', { name: nameOf(contact), organisation: name }),
    paragraphs: [t[locale]('organisation.mail.joined.text', { name: nameOf(contact), email: contact.email, organisation: name })],
  })),
  'organisation.left': toManagers('organisation.member-left', ({ t }, { name }, contact, locale) => ({
    subject: t[locale]('organisation.mail.left.subject', { name: nameOf(contact), organisation: name }),
    paragraphs: [t[locale]('organisation.mail.left.text', { name: nameOf(contact), organisation: name })],
  })),
  'organisation.removed': {
    on: ['organisation.member-left'],
    to: async (services, event) => (event.data.removed ? concerned(services, event) : []),
    write: async (services, event, { locale }) => {
      const organisation = await findOrganisation(services, organisationOf(event))
      const t = services.t[locale]
      return (
        organisation && {
          subject: t('organisation.mail.removed.subject', { organisation: organisation.name }),
          paragraphs: [t('organisation.mail.removed.text', { organisation: organisation.name })],
        }
      )
    },
  },
  'organisation.rights': {
    on: ['organisation.rights-changed'],
    to: async (services, event) => (event.actor === `contact:${event.data.contact}` ? [] : concerned(services, event)),
    write: async (services, event, { locale }) => {
      const standing = await membershipOf(services, Number(event.data.contact))
      if (standing?.organisation.id !== organisationOf(event)) return undefined
      const t = services.t[locale]
      return {
        subject: t('organisation.mail.rights.subject', { organisation: standing.organisation.name }),
        paragraphs: [
          t('organisation.mail.rights.text', { role: t(`organisation.role.${standing.member.role}.name`) }),
          t(`organisation.role.${standing.member.role}.text`),
        ],
        action: { label: t('organisation.mail.open'), path: `/${locale}${PAGE}` },
      }
    },
  },
}

type Says = (
  services: Services,
  organisation: Organisation,
  contact: Contact,
  locale: Contact['locale'],
) => Pick<MailContent, 'subject' | 'paragraphs'>

/** To everybody who manages it, but for whoever did it or is gone. */
function toManagers(on: string, says: Says): MailKind {
  return {
    on: [on],
    to: async (services, event) => {
      const managers = await managersOf(services, organisationOf(event), Number(event.data.contact))
      const contacts = await Promise.all(managers.map(({ contactId }) => findContact(services, contactId)))
      return contacts
        .filter((contact) => contact !== undefined)
        .filter(({ id }) => event.actor !== `contact:${id}`)
        .map(asRecipient)
    },
    write: async (services, event, { locale }) => {
      const organisation = await findOrganisation(services, organisationOf(event))
      const contact = await findContact(services, Number(event.data.contact))
      if (!organisation || !contact) return undefined
      const action = { label: services.t[locale]('organisation.mail.open'), path: `/${locale}${PAGE}` }
      return { ...says(services, organisation, contact, locale), action }
    },
  }
}

async function concerned(services: Services, event: Event) {
  const contact = await findContact(services, Number(event.data.contact))
  return contact ? [asRecipient(contact)] : []
}

/** In the language in which the inviter wrote; who was invited may be nobody that we know. */
async function invitationLocale({ db }: Services, event: Event) {
  return db.get<{ email: string; locale: Contact['locale'] }>(
    'select email, locale from invitations where organisation_id = :id and email = :email and ended_at is null',
    { id: organisationOf(event), email: String(event.data.email) },
  )
}

function asRecipient({ email, locale }: Contact) {
  return { email, locale }
}

function nameOf({ name, email }: Contact): string {
  return name || email
}

function organisationOf({ subject }: Event): number {
  return Number(subject.slice('organisation:'.length))
}
