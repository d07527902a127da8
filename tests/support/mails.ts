import type { Client } from './client.ts'
import type { ReceivedMail, Torv } from './torv.ts'

export const INBOUND = {
  MAIL_REPLY_TO: 'reply@in.testvaerk.example',
  MAIL_INBOUND_SECRET: 'a-secret-that-is-long-enough',
  MAIL_AUTHSERV_ID: 'mx.testvaerk.example',
}

type Letter = {
  from?: string
  to?: string
  cc?: string
  subject?: string
  text?: string
  id?: string
  /** What our own mail server says of the sender; `false`: nothing. */
  checked?: string | false
  headers?: Record<string, string>
  /** In place of plain text: the content type and what follows. */
  mime?: string
}

let last = 0

/** A mail as our mail server hands it over, from somebody whose domain vouches for them. */
export function letter({ from = 'Ada <ada@acme.example>', to = 'support@in.testvaerk.example', ...rest }: Letter = {}): string {
  const domain = /@([^>]+)/.exec(from)?.[1]
  const { checked = `dkim=pass header.d=${domain}; spf=pass smtp.mailfrom=${domain}; dmarc=pass header.from=${domain}` } = rest
  const headers: [string, string][] = [
    ...(checked === false ? [] : [['Authentication-Results', `mx.testvaerk.example; ${checked}`] as [string, string]]),
    ['From', from],
    ['To', to],
    ...(rest.cc ? [['Cc', rest.cc] as [string, string]] : []),
    ['Subject', rest.subject ?? 'It hums'],
    ['Message-ID', rest.id ?? `<${++last}.${process.pid}@acme.example>`],
    ...Object.entries(rest.headers ?? {}),
  ]
  const mime = rest.mime ?? `Content-Type: text/plain; charset=utf-8\r\n\r\n${(rest.text ?? 'All night.').replaceAll('\n', '\r\n')}`
  return `${headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\nMIME-Version: 1.0\r\n${mime}\r\n`
}

/** Hands a mail over as a mail service does. */
export function deliver(client: Client, raw: string | Uint8Array<ArrayBuffer>, secret = INBOUND.MAIL_INBOUND_SECRET) {
  return client.post('/api/mail/inbound', raw, { origin: '', authorization: `Bearer ${secret}`, 'content-type': 'message/rfc822' })
}

/** What became of a mail that was handed over. */
export async function delivered(client: Client, raw: string | Uint8Array<ArrayBuffer>): Promise<{ state: string; reason: string | null }> {
  const answer = await deliver(client, raw)
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as { state: string; reason: string | null }
}

/** The newest mail to somebody, of all that were sent so far. */
export async function lastMailTo(torv: Torv, to: string): Promise<ReceivedMail> {
  await torv.settle()
  const mail = (await torv.mails()).findLast((mail) => mail.to === to)
  if (!mail) throw new Error(`Nobody wrote to ${to}`)
  return mail
}
