import { followUpReader } from '../api/followup/reader.ts'
import { readImport } from '../api/leads/import.ts'
import { runImport, startImport } from '../api/leads/import-run.ts'
import { leads } from '../api/leads/list.ts'
import { leadReader } from '../api/leads/reader.ts'
import type { Source } from '../api/leads/source.ts'
import { addNote, changeLead, findLead } from '../api/leads/store.ts'
import { writeCsv } from '../api/platform/csv.ts'
import type { User } from '../api/platform/http.ts'
import type { Services } from '../api/services.ts'

const DAY_MS = 24 * 3_600_000

const SOURCES: Source[] = [
  { page: '/da/products/luft-9', utm_source: 'boligliv', utm_medium: 'annonce', utm_campaign: 'klar-til-vinter' },
  { page: '/da/', referrer: 'www.google.dk' },
  { page: '/da/products/dyb-8', utm_source: 'nyhedsbrev', utm_medium: 'mail', utm_campaign: 'efteraar-2026' },
  { page: '/en/products/brise-4' },
]

/** Where a made-up person came from: the same every time they come. */
export function sourceOfPerson(name: string): Source | undefined {
  return SOURCES[name.length % (SOURCES.length + 1)]
}

/** People whom somebody met at a fair and typed into a list. */
const FAIR = [
  ['Karen Mølgaard', 'Mølgaard Ejendomme', '+45 20 11 22 33', 'Vil se Dyb 13 i drift'],
  ['Peter Ågesen', 'Aagesen & Søn', '', 'Tre rækkehuse, byggestart i maj'],
  ['Yasmin Demir', '', '+45 31 44 55 66', ''],
  ['Lone Bækgaard', 'Ejerforeningen Strandkanten', '', 'Bestyrelsen mødes den første mandag i måneden'],
  ['Thomas Okholm', 'Okholm El', '+45 42 77 88 99', 'Er installatør og søger en fast leverandør'],
  ['Sofie Præstegaard', '', '', ''],
  ['Michael Reed', 'Reed Holiday Homes', '+44 20 7946 0000', 'Eight summer houses near Løkken'],
  ['Birgitte Ørum', 'Ørum Planteskole', '', 'Drivhus, 400 m²'],
  [
    'Jens-Christian Thranholm-Kristoffersen',
    'Fjernvarmeselskabet Vestermarken-Sønderskovbyens Andelsselskab A.m.b.a.',
    '+45 75 00 00 00',
    '',
  ],
  ['Nadia Haugaard', '', '+45 28 19 28 37', 'Har fået tilbud fra en anden'],
] as const

/** Lets the readers of the log catch up with the made-up year, brings a list in, and gives salespeople something to do today. */
export async function seedLeads(services: Services, staff: User[]) {
  await leadReader(services).catchUp()
  await followUpReader(services).catchUp()
  const [admin, agent] = staff
  if (!admin || !agent) return
  const rows = FAIR.map(([name, company, phone, note], index) => [
    `${name
      .split(/[ -]/)[0]
      ?.toLowerCase()
      .replace(/[^a-z]/g, '')}.${index}@messe.example`,
    ...[name, company, phone, index % 3 ? 'new' : 'contacted', index % 2 ? agent.email : '', 'energimessen', note],
  ])
  const csv = writeCsv([['email', 'name', 'company', 'phone', 'stage', 'owner', 'source', 'note'], ...rows])
  const token = await readImport(services, csv, 'energimessen.csv', admin)
  if (await startImport(services, token, 'keep')) await runImport(services, token)
  await planTheWeek(services, [admin, agent])
}

/** Some are due today, some later; half of them have no owner yet. */
async function planTheWeek(services: Services, staff: [User, User]) {
  const day = (days: number) => new Date(services.clock.now() + days * DAY_MS).toISOString().slice(0, 10)
  const { leads: warmest } = await leads(services, {}, 'score')
  for (const [index, { id }] of warmest.slice(0, 8).entries()) {
    const lead = await findLead(services, id)
    const by = staff[index % 2]
    if (!lead || !by) continue
    await changeLead(
      services,
      lead,
      {
        version: lead.version,
        ownerId: by.id,
        nextContactOn: day(index - 2),
        nextContactNote: index % 2 ? 'Følg op på tilbuddet' : 'Call about the date',
      },
      by,
    )
    if (index % 3 === 0)
      await addNote(services, lead, index % 2 ? 'Vil gerne i gang inden fyringssæsonen.' : 'Prefers to be called in the morning.', by)
  }
}
