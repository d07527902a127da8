import { createTransport } from 'nodemailer'
import { startImap } from './imap.ts'
import { type Received, startSmtp } from './smtp.ts'

const OURS = 'in.fjeldvarme.example'
const CHECKED_BY = 'mx.fjeldvarme.example'

/**
 * The world's mail as one SMTP server and one IMAP server, both real. What is sent to the company's domain lies in the mailbox that
 * Torv reads, with what the company's mail server has to say of the sender in front; everything else is with its recipients.
 */
export async function startPostOffice() {
  const imap = await startImap()
  let forged = false
  const smtp = await startSmtp({
    onMail: (raw, to) => {
      if (!to.some((address) => address.endsWith(`@${OURS}`))) return
      const domain = /^From:.*@([\w.-]+)/im.exec(raw)?.[1]
      imap.deliver(`Authentication-Results: ${CHECKED_BY}; dmarc=${forged ? 'fail' : 'pass'} header.from=${domain}\r\n${raw}`)
    },
  })
  const sender = createTransport(smtp.url)
  return {
    environment: {
      SMTP_URL: smtp.url,
      IMAP_URL: imap.url,
      MAIL_FROM: `help@${OURS}`,
      MAIL_REPLY_TO: `reply@${OURS}`,
      MAIL_AUTHSERV_ID: CHECKED_BY,
    },
    general: `help@${OURS}`,
    /** The newest mail to somebody. */
    lastTo: (address: string): Received | undefined => smtp.received.findLast(({ to }) => to.includes(address)),
    countTo: (address: string) => smtp.received.filter(({ to }) => to.includes(address)).length,
    /** As a person's mail program sends an answer, with the mail it answers below. */
    answer: (mail: Received, from: string, text: string, wrote: string) =>
      sender.sendMail({
        from,
        to: mail.replyTo,
        subject: `Re: ${mail.subject}`,
        inReplyTo: mail.messageId,
        text: `${text}\n\n${wrote}\n${mail.text.replace(/^/gm, '> ')}`,
      }),
    /** From somebody who is not whom they say. */
    forge: async (mail: { from: string; to: string; subject: string; html: string }) => {
      forged = true
      await sender.sendMail(mail)
      forged = false
    },
    stop: async () => {
      sender.close()
      await smtp.stop()
      await imap.stop()
    },
  }
}
