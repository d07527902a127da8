import { hashToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'

type Sent = { template: string; eventId: number; recipient: string }

/** One event may be mailed to several people: each gets an id of their own, the same one at every attempt. */
export function messageIdOf({ template, eventId, recipient }: Sent, publicUrl: string): string {
  return `<${template}.${eventId}.${markOf(recipient)}@${new URL(publicUrl).hostname}>`
}

/** Whether a mail says of itself that it is one of ours. */
export function isOurs(messageId: string, publicUrl: string): boolean {
  return partsOf(messageId, publicUrl) !== undefined
}

/** The mail of ours that has this id: to whom it went, and what it was about. */
export async function findSent({ db, config }: Services, messageId: string): Promise<{ recipient: string; subject: string } | undefined> {
  const parts = partsOf(messageId, config.publicUrl)
  if (!parts) return undefined
  const { template, eventId } = parts
  const rows = await db.all<{ recipient: string; subject: string }>(
    `select mails.recipient, events.subject from mails join events on events.id = mails.event_id
     where mails.event_id = :eventId and mails.template = :template`,
    { eventId, template },
  )
  return rows.find(({ recipient }) => messageIdOf({ template, eventId, recipient }, config.publicUrl) === messageId)
}

function partsOf(messageId: string, publicUrl: string) {
  const [, template, event, host] = /^<([a-z.-]{1,60})\.(\d{1,15})\.[\w-]{8}@([^>\s]{1,255})>$/.exec(messageId) ?? []
  return template && host === new URL(publicUrl).hostname ? { template, eventId: Number(event) } : undefined
}

function markOf(recipient: string): string {
  return hashToken(recipient).slice(0, 8)
}
