import { accountMails } from '../accounts/mails.ts'
import { bookingMails } from '../bookings/mails.ts'
import { followUpMails } from '../followup/mails.ts'
import { participantMails } from '../mail/participants.ts'
import { noticeMails } from '../notices/mails.ts'
import { organisationMails } from '../organisations/mails.ts'
import { ownedMails } from '../owned/mails.ts'
import { quoteMails } from '../quotes/mails.ts'
import { shareMails } from '../quotes/share-mails.ts'
import { caseMails } from '../tickets/case-mails.ts'
import { ticketMails } from '../tickets/mails.ts'
import type { MailKind } from './mail-kind.ts'

/** Every mail there is, by the name it is stored under. */
export const mailKinds: Record<string, MailKind> = {
  ...accountMails,
  ...bookingMails,
  ...noticeMails,
  ...organisationMails,
  ...ownedMails,
  ...quoteMails,
  ...followUpMails,
  ...shareMails,
  ...ticketMails,
  ...caseMails,
  ...participantMails,
}
