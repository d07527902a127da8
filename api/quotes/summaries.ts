import type { Services } from '../services.ts'
import { statusAt } from './model.ts'
import type { DeskSummary } from './pipeline.ts'
import { SUMMARY, type SummaryRow, summaryOf } from './store.ts'

/** How quotes stand now, by reference, for staff; those that are not there are missing. */
export async function quoteSummaries(services: Services, references: string[]): Promise<Map<string, DeskSummary>> {
  const rows = await services.db.all<DeskSummary & SummaryRow>(
    `select ${SUMMARY}, r.document ->> '$.buyer.company' as company, q.owner_id as "ownerId"
     from quotes q join quote_revisions r on r.quote_id = q.id and r.number = q.revision
     where q.reference in (select value from json_each(:references))`,
    { references: JSON.stringify(references) },
  )
  const now = services.clock.now()
  return new Map(rows.map((row) => [row.reference, { ...summaryOf(row), status: statusAt(row, now) }]))
}
