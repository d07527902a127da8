import { type Cell, CSV_BEGINNING, writeCsv } from '../platform/csv.ts'
import type { Services } from '../services.ts'
import { type LeadFilter, type LeadSummary, leads, type Sort } from './list.ts'

const PAGE = 500
const HEAD = ['email', 'name', 'company', 'phone', 'language', 'stage', 'owner', 'source', 'score', 'next_contact', 'note', 'created']

/** The filtered list as CSV, page by page: never all of it in memory. Reading it back (import-rows.ts) gives what was there. */
export function exportLeads(services: Services, filter: LeadFilter, sort: Sort): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let cursor: string | undefined
  let begun = false
  return new ReadableStream({
    async pull(controller) {
      const page = await leads(services, filter, sort, cursor, PAGE)
      const head = begun ? '' : CSV_BEGINNING + writeCsv([HEAD])
      controller.enqueue(encoder.encode(head + writeCsv(page.leads.map(cellsOf))))
      begun = true
      cursor = page.next ?? undefined
      if (!cursor) controller.close()
    },
  })
}

function cellsOf(lead: LeadSummary): Cell[] {
  const { email, name, company, phone, locale, stage, ownerEmail, source, score, nextContactOn, nextContactNote, createdAt } = lead
  const created = new Date(createdAt).toISOString()
  return [email, name, company, phone, locale, stage, ownerEmail ?? '', source, score, nextContactOn ?? '', nextContactNote, created]
}
