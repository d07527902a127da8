// Made-up things that people own, and what they were told about them.
import { introduceContact } from '../api/accounts/store.ts'
import { deskNotice, draftNotice, publishNotice, updateNotice } from '../api/notices/store.ts'
import { noteCare } from '../api/owned/care.ts'
import { registerItem } from '../api/owned/register.ts'
import { findOwned } from '../api/owned/store.ts'
import type { User } from '../api/platform/http.ts'
import type { Services } from '../api/services.ts'
import { PEOPLE } from './demo-stories.ts'

const DAY_MS = 24 * 3_600_000
const OWNED = [
  { person: 0, product: 'luft-9', serial: 'L09-2412345', postcode: '7100', agoDays: 355, done: ['outdoor-unit'] },
  { person: 0, product: 'bro', serial: 'BRO-2600417', postcode: '7100', agoDays: 250, done: [] },
  { person: 1, product: 'dyb-8', serial: 'D08-2410078', postcode: '8700', agoDays: 400, done: ['water-pressure'] },
  { person: 4, product: 'brise-4', serial: 'B04-2519006', postcode: '2100', agoDays: 90, done: ['air-filter'] },
  { person: 7, product: 'kilde-200', serial: 'K20-2390511', postcode: '5000', agoDays: 700, done: [] },
]

/** What was bought elsewhere and registered by its number, and what has been done to it. */
export async function registerOwned(services: Services) {
  for (const { person, product: slug, serial, postcode, agoDays, done } of OWNED) {
    const somebody = PEOPLE[person]
    const product = services.content.products.find((product) => product.slug === slug)
    if (!somebody || !product) continue
    const at = services.clock.now()
    await services.db.batch([introduceContact({ ...somebody, source: 'registration', at })])
    const contact = await services.db.get<{ id: number }>('select id from contacts where email = :email', { email: somebody.email })
    if (!contact) continue
    const boughtOn = new Date(at - agoDays * DAY_MS).toISOString().slice(0, 10)
    const registration = { product, serialNumber: serial, boughtOn, postcode, forOrganisation: false }
    const item = await findOwned(services, contact.id, await registerItem(services, contact.id, registration, `contact:${contact.id}`))
    const on = new Date(at - Math.min(agoDays, 60) * DAY_MS).toISOString().slice(0, 10)
    for (const task of item ? done : []) if (item) await noteCare(services, item, { task, on }, `contact:${contact.id}`)
  }
}

const INCIDENTS = [
  {
    daysLeft: 61,
    title: { en: 'The Fjeld app shows old readings', da: 'Fjeld-appen viser gamle målinger' },
    text: {
      en: 'Readings in the app are up to an hour old. The heat pump itself runs as usual.',
      da: 'Målingerne i appen er op til en time gamle. Varmepumpen selv kører som normalt.',
    },
    end: {
      en: 'A queue had filled up. It is emptied, and readings are fresh again.',
      da: 'En kø var løbet fuld. Den er tømt, og målingerne er friske igen.',
    },
  },
  {
    daysLeft: 17,
    title: { en: 'Our telephones are out of order', da: 'Vores telefoner virker ikke' },
    text: {
      en: 'You cannot reach us by telephone. Write to us here, and we call you back.',
      da: 'Du kan ikke ringe til os. Skriv til os her, så ringer vi tilbage.',
    },
    end: { en: 'The telephone company has mended the line.', da: 'Telefonselskabet har udbedret linjen.' },
  },
]

/** Now and then something does not work for some hours; and shortly before today, something is recalled. */
export async function aNotice(services: Services, clock: { pass(ms: number): void }, [admin]: User[], daysLeft: number) {
  if (!admin) return
  const whole = { article: null, startsAt: null, endsAt: null, byMail: true }
  const incident = INCIDENTS.find((incident) => incident.daysLeft === daysLeft)
  if (incident) {
    const { title, text, end } = incident
    const reference = await draftNotice(services, { ...whole, kind: 'incident', title, text, audience: { to: 'all' } }, admin)
    await publishNotice(services, await deskNotice(services, reference), 1, admin)
    clock.pass(DAY_MS / 8)
    await updateNotice(services, await deskNotice(services, reference), { state: 'solved', text: end }, admin)
  }
  if (daysLeft === 2) {
    const title = { en: 'Recall: the plug of Fjeld Bro', da: 'Tilbagekaldelse: stikket på Fjeld Bro' }
    const text = {
      en: 'The plug of some gateways may get **hot**. Unplug it: the heat pump runs without it. We send you a new one; there is nothing you need to do.',
      da: 'Stikket på nogle gateways kan blive **varmt**. Tag det ud: varmepumpen kører uden. Vi sender dig et nyt, og du skal ikke gøre noget.',
    }
    const reference = await draftNotice(
      services,
      { ...whole, kind: 'recall', title, text, audience: { to: 'owners', products: ['bro'] } },
      admin,
    )
    await publishNotice(services, await deskNotice(services, reference), 1, admin)
  }
}
