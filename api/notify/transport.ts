import { mkdirSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Content } from '../../content/load.ts'
import type { Config } from '../config.ts'

export type Mail = { messageId: string; to: string; subject: string; text: string; html: string; at: number }

/** Sends one mail, or throws. The same `messageId` again is the same mail again. */
export type MailTransport = { kind: 'smtp' | 'files'; send(mail: Mail): Promise<void> }

/** A mail server when there is one; otherwise files that stand in for the recipients' mailboxes. */
export function openMailTransport(config: Config, { company }: Content): MailTransport {
  const from = { name: company.name, address: config.mailFrom ?? company.email }
  const message = ({ at, ...mail }: Mail) => ({ ...mail, from, date: new Date(at) })

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
