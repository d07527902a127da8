import type { Locale } from '../../content/schema.ts'
import type { Statement } from '../platform/db.ts'
import type { Event } from '../platform/events.ts'
import type { Services } from '../services.ts'

export type Recipient = { email: string; locale: Locale }

/** A file that goes with a mail, such as an invitation; made when the mail is sent. */
export type Attachment = { filename: string; contentType: string; content: string | Uint8Array }

/** What a mail says: plain sentences; the layout, greeting line and footer are added to every mail alike. */
export type MailContent = {
  subject: string
  paragraphs: string[]
  /** Label and value, such as lines of a quote. */
  details?: [label: string, value: string][]
  /** The one thing to do. The path is on the portal. */
  action?: { label: string; path: string }
  attachments?: Attachment[]
  /** Other answers, quieter than the action; each leads to a page that does nothing by being opened. */
  more?: { title: string; links: { label: string; path: string }[] }
  /** For mails one can do without: a page to say so, and what a mail program may post to instead (RFC 8058). */
  unsubscribe?: { label: string; path: string; oneClickPath: string }
  /** The ticket that the mail is about: mail programs keep its mails together, and an answer comes back to it, if the mail asks for one. */
  ticket?: { reference: string; asksForAnswer: boolean }
  /** Nobody wrote it, so no machine should answer it (RFC 3834). */
  automatic?: 'auto-generated' | 'auto-replied'
  /** Written just before sending, such as the hash of an access link in `action`. */
  statements?: Statement[]
}

/** One kind of mail a subject sends: on which events, to whom, and what it says. */
export type MailKind = {
  on: string[]
  /** In slices where there may be very many: each is planned by itself, and all of them again after a crash, so the order does not matter. */
  to(services: Services, event: Event): Promise<Recipient[]> | AsyncIterable<Recipient[]>
  /** Called when the mail is sent, perhaps later and more than once; undefined when nobody needs it any more. */
  write(services: Services, event: Event, recipient: Recipient): Promise<MailContent | undefined>
}
