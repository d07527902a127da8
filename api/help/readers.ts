import { isForEveryone } from '../../content/articles.ts'
import type { Content } from '../../content/load.ts'
import { findContact } from '../accounts/store.ts'
import { membershipOf } from '../organisations/store.ts'
import type { Actor } from '../platform/http.ts'
import type { Services } from '../services.ts'
import { findSite } from '../sites/store.ts'
import { type Scope, STAFF } from './model.ts'
import { EVERYONE } from './search/engine.ts'

/** Who somebody is when they read: where they are (the widget of a site), and as whom they are signed in. */
export async function scopeOf(services: Services, { user }: Actor, siteKey?: string): Promise<Scope> {
  if (!isAnythingWithheld(services.content)) return [EVERYONE]
  if (user && user.role !== 'customer') return [EVERYONE, STAFF]
  const [membership, contact, site] = await Promise.all([
    membershipOf(services, user?.contactId),
    user?.contactId ? findContact(services, user.contactId) : undefined,
    // A site's key is no secret: this says where an article is shown, not who may know it.
    siteKey ? findSite(services, siteKey) : undefined,
  ])
  return [
    EVERYONE,
    ...(contact?.stage === 'customer' ? ['customers'] : []),
    ...(membership ? [`organisation:${membership.organisation.id}`] : []),
    ...(site ? [`site:${site.key}`] : []),
  ]
}

/** Where everything is for everybody, nobody need be asked who they are. */
function isAnythingWithheld({ restricted, archived }: Content): boolean {
  return [...restricted.en, ...archived.en].some((article) => !isForEveryone(article))
}
