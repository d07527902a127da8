import type { Actor } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { REFERENCE } from '../platform/tokens.ts'
import { findQuote } from '../quotes/store.ts'
import type { Services } from '../services.ts'
import { findTicket, findVisitorsTicket } from '../tickets/store.ts'
import { anyUpload, type StoredUpload } from './store.ts'

export type { StoredUpload }

/** An upload as this actor may read it: that of somebody else, or of something that is not theirs to see, never was. */
export async function findUpload(services: Services, actor: Actor, owner: string | undefined, id: string) {
  const upload = await anyUpload(services, id)
  if (!upload) return undefined
  if (upload.attachedTo === null) return upload.owner === owner ? upload : undefined
  if (actor.user && actor.user.role !== 'customer') return upload
  return upload.internal === 0 && (await maySee(services, actor, upload.attachedTo)) ? upload : undefined
}

/** The same, for a visitor of the widget: theirs are what they sent, and what came in their conversations. */
export async function findVisitorsUpload(services: Services, visitorId: number, owner: string, id: string) {
  const upload = await anyUpload(services, id)
  if (!upload) return undefined
  if (upload.attachedTo === null) return upload.owner === owner ? upload : undefined
  const { attachedTo, internal } = upload
  const isTheirs = internal === 0 && (await exists(findVisitorsTicket(services, visitorId, attachedTo)))
  return isTheirs ? upload : undefined
}

async function maySee(services: Services, actor: Actor, reference: string): Promise<boolean> {
  if (!REFERENCE.test(reference)) return false
  if (reference.startsWith('Q-')) return Boolean(await findQuote(services, actor, reference, 'see'))
  return exists(findTicket(services, actor, reference))
}

function exists(finding: Promise<unknown>): Promise<boolean> {
  return finding.then(
    () => true,
    (error) => {
      if (error instanceof Problem && error.type === 'not-found') return false
      throw error
    },
  )
}
