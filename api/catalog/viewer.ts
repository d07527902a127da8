import { membershipOf } from '../organisations/store.ts'
import type { Actor } from '../platform/http.ts'
import type { Services } from '../services.ts'
import { GUEST, STAFF, type Viewer } from './model.ts'

/**
 * On whose behalf prices are looked at. An organisation can have fewer prices shown than a guest, never more: anybody may found one,
 * so its terms must not open what is kept from everybody.
 */
export async function viewerOf(services: Services, { user }: Actor): Promise<Viewer> {
  if (!user) return GUEST
  if (user.role !== 'customer') return STAFF
  const membership = await membershipOf(services, user.contactId)
  return membership?.organisation.priceTerms === 'on-request' ? { priceTerms: 'on-request' } : GUEST
}
