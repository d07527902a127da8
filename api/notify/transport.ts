import { mkdirSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Content } from '../../content/load.ts'
import type { Config } from '../config.ts'
import type { Attachment } from './mail-kind.ts'

export type Mail = {
  messageId: string
  to: string
  subject: string
  text: string
  html: string
  attachments: Attachment[]
  headers?: Record<string, string>
  replyTo?: string
  inReplyTo?: string
  references?: string[]
  at: number
}

/** Sends one mail, or throws. The same `messageId` again is the same mail again. */
export type MailTransport = { kind: 'smtp' | 'files'; send(mail: Mail): Promise<void> }

/** A mail server when there is one; otherwise files that stand in for the recipients' mailboxes. */
export function openMailTransport(config: Config, { company }: Content): MailTransport {
  const from = { name: company.name, address: config.mailFrom ?? company.email }
  const message = ({ at, attachments, ...mail }: Mail) => ({ ...mail, from, date: new Date(at), ...inMime(attachments) })

  if (config.smtpUrl) {
    const smtp = createTransport({ url: config.smtpUrl, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 })
    return { kind: 'smtp', send: async (mail) => void (await smtp.sendMail(message(mail))) }
  }

  const outbox = join(config.dataDir, 'outbox')
  const composer = createTransport({ streamTransport: true, buffer: true })
  return {
    kind: 'files',
    async send(mail) {
      mkdirSync(outbox, { recursive: true, mode: 0o700 })
      const { message: eml } = await composer.sendMail(message(mail))
      const name = `${new Date(mail.at).toISOString().replace(/[:.]/g, '-')}-${mail.messageId.replace(/[^a-z0-9.-]/gi, '')}.eml`
      // Written aside and renamed: who watches the folder never reads half a mail.
      await writeFile(join(outbox, `.${name}`), eml as Buffer, { mode: 0o600 }) // `buffer: true` gives one
      await rename(join(outbox, `.${name}`), join(outbox, name))
    },
  }
}

/**
 * As nodemailer takes them; only `content`, since it would also read what is named by a path or an address. An invitation goes
 * as a file and as a way to read the mail: that is where calendars look for it.
 */
function inMime(attachments: Attachment[]) {
  const invitation = attachments.find(({ contentType }) => contentType.startsWith('text/calendar'))
  const files = attachments.filter((file) => file !== invitation)
  return {
    attachments: files.map(({ filename, contentType, content }) => ({ filename, contentType, content: Buffer.from(content) })),
    ...(invitation && {
      icalEvent: {
        filename: invitation.filename,
        method: /method=(\w+)/i.exec(invitation.contentType)?.[1] ?? 'PUBLISH',
        content: Buffer.from(invitation.content),
      },
    }),
  }
}
