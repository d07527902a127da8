import type { Services } from '../../services.ts'
import type { Quote } from '../store.ts'
import { lastAcceptance } from './log.ts'

/**
 * What the parties keep: `document`, `person` and `entry` are texts, exactly as they were hashed, so that any tool for SHA-256
 * can check them. Undefined when the quote does not stand as accepted, or was accepted before there was a log.
 */
export async function evidenceOf(services: Services, quote: Quote) {
  const accepted = quote.acceptedAt === null ? undefined : await lastAcceptance(services, quote.id)
  if (!accepted || accepted.document === null || accepted.person === null) return undefined
  const { document, documentHash, person, entry, hash } = accepted
  return {
    about: services.t[quote.locale]('acceptance.evidence.about', { reference: quote.reference }),
    verify: `${services.config.publicUrl}/${quote.locale}/verify?hash=${hash}`,
    documentHash,
    entryHash: hash,
    document,
    person,
    entry,
  }
}
