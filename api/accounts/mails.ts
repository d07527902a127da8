import type { MailKind } from '../notify/mail-kind.ts'
import { findSignInRequest, makeCode } from './store.ts'

const browserOf = (subject: string) => subject.slice('sign-in:'.length)

export const accountMails: Record<string, MailKind> = {
  'account.code': {
    on: ['account.code-requested'],
    to: async (services, event) => {
      const request = await findSignInRequest(services, browserOf(event.subject))
      return request ? [request] : []
    },
    // The code is made here, so that it is nowhere but in the mail; a request that has ended needs none.
    write: async (services, event, { locale }) => {
      const made = await makeCode(services, browserOf(event.subject))
      if (!made) return undefined
      const t = services.t[locale]
      const code = `${made.code.slice(0, 3)} ${made.code.slice(3)}`
      return {
        subject: t('account.mail.code.subject', { code }),
        automatic: 'auto-generated',
        paragraphs: [t('account.mail.code.text'), code, t('account.mail.code.not-you')],
      }
    },
  },
}
