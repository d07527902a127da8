import type { Attachment, Email } from 'postal-mime'

/** What a mail server reports of a mail that it could not deliver (RFC 3464). */
export type Bounce = {
  /** Of the mail that came back, if the report holds it. */
  originalMessageId: string | undefined
  recipient: string
  /** "5.1.1" and the like; those that begin with 5 are for good. */
  status: string
  diagnostic: string
}

/** Undefined for what is no report, or one of a mail that is only late. */
export function bounceIn(mail: Email): Bounce | undefined {
  const type = mail.headers.find(({ key }) => key === 'content-type')?.value ?? ''
  if (!/^multipart\/report\b/i.test(type.trim()) || !/delivery-status/i.test(type)) return undefined
  const report = fieldsIn(mail.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status'))
  if (report.get('action')?.toLowerCase() !== 'failed') return undefined
  const original = fieldsIn(mail.attachments.find(({ mimeType }) => mimeType === 'message/rfc822' || mimeType === 'text/rfc822-headers'))
  const recipient = report.get('original-recipient') ?? report.get('final-recipient') ?? ''
  return {
    originalMessageId: original.get('message-id'),
    recipient: (recipient.split(';').at(-1) ?? '').trim().toLowerCase().slice(0, 254),
    status: /\d\.\d{1,3}\.\d{1,3}/.exec(report.get('status') ?? '')?.[0] ?? '5.0.0',
    diagnostic: (report.get('diagnostic-code') ?? '').slice(0, 300),
  }
}

/** Header fields, those of all blocks of a report together; the first of a name counts. */
function fieldsIn(attachment: Attachment | undefined): Map<string, string> {
  const fields = new Map<string, string>()
  const text = attachment ? textOf(attachment.content).slice(0, 64 * 1024) : ''
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const [, name, value] = /^([\w-]{1,60}):\s*(.*)$/.exec(line) ?? []
    if (name && value !== undefined && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value.trim())
  }
  return fields
}

function textOf(content: Attachment['content']): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content)
}
