import type { Asked, CaseState, FoundCase } from '../cases/model.ts'
import { argsOf, COLLEAGUE, idsOf, like } from '../cases/sql.ts'
import type { Actor } from '../platform/http.ts'
import type { Services } from '../services.ts'
import { publicStatus, STATUSES, type Status, statusAt, turnOf } from './model.ts'

type Row = {
  reference: string
  status: Status
  expiresAt: number | null
  updatedAt: number
  firstLine: string | null
  lines: number
  colleague: string | null
}

/** A page's worth of the quotes that this actor may see. */
export async function quoteCases({ db, clock }: Services, actor: Actor, asked: Asked): Promise<FoundCase[]> {
  const now = clock.now()
  const document = '(select document from quote_revisions where quote_id = t.id and number = t.revision)'
  const lines = `exists (select 1 from json_each(${document}, '$.lines') where ${like("value ->> 'name'")})`
  const said = `exists (select 1 from quote_messages where quote_id = t.id and internal = 0 and ${like('text')})`
  const holds = `(${like('t.reference')} or ${like('t.need')} or ${lines} or ${said})`
  const ids = idsOf({ name: 'quotes', where: whereState(asked.state), holds }, asked)
  const rows = await db.all<Row>(
    `select quotes.reference, status, expires_at as "expiresAt", quotes.updated_at as "updatedAt",
       r.document ->> '$.lines[0].name' as "firstLine", json_array_length(r.document, '$.lines') as lines, ${COLLEAGUE}
     from quotes join quote_revisions r on r.quote_id = quotes.id and r.number = quotes.revision
     left join contacts on contacts.id = contact_id
     where quotes.id in (${ids}) order by quotes.updated_at desc, reference desc`,
    { ...argsOf(actor, asked), ...(asked.state && { now }) },
  )
  return rows.map(({ firstLine, lines, status, expiresAt, ...row }) => {
    const standing = statusAt({ status, expiresAt }, now)
    const title = lines > 1 ? `${firstLine} + ${lines - 1}` : (firstLine ?? row.reference)
    return { ...row, kind: 'quote', title, status: publicStatus(standing), state: stateOf(standing), startsAt: null }
  })
}

function stateOf(status: Status): CaseState {
  const turn = turnOf(status)
  return turn === 'customer' ? 'you' : turn === 'nobody' ? 'done' : 'us'
}

/** As `statusAt` has it: an offer whose time is up is expired, whatever the row says. */
function whereState(state: CaseState | undefined): string {
  if (!state) return 'true'
  const isExpired = `(+status = 'sent' and expires_at is not null and expires_at <= :now)`
  // Not by an index of its own: of everybody's quotes, too many have one of these.
  const names = STATUSES.filter((status) => stateOf(status) === state).map((status) => `'${status}'`)
  return state === 'done' ? `(+status in (${names.join(', ')}) or ${isExpired})` : `+status in (${names.join(', ')}) and not ${isExpired}`
}
