import { z } from 'zod'
import { tellDesk } from '../desk/events.ts'
import { eventIfChanged } from '../platform/events.ts'
import { line, required } from '../platform/fields.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { Ticket } from './store.ts'

/** One word or a few, as people write them; big and small letters are the same. */
export const Tag = required(line(40)).transform((tag) => tag.toLowerCase().replace(/\s+/g, ' '))

export const TagBody = z.object({ tag: Tag })

const MOST = 20

export async function tagsOf({ db }: Pick<Services, 'db'>, { id }: Pick<Ticket, 'id'>): Promise<string[]> {
  const rows = await db.all<{ tag: string }>('select tag from ticket_tags where ticket_id = :id order by tag', { id })
  return rows.map(({ tag }) => tag)
}

/** The tags that there are, for whoever types one: each is looked up behind the one before, however many cases have it. */
export async function knownTags({ db }: Services): Promise<string[]> {
  const rows = await db.all<{ tag: string }>(
    `with recursive known(tag) as (
       select min(tag) from ticket_tags
       union all select (select min(tag) from ticket_tags where tag > known.tag) from known where tag is not null limit 200)
     select tag from known where tag is not null`,
  )
  return rows.map(({ tag }) => tag)
}

export async function tagTicket({ db, clock }: Services, { id, reference }: Ticket, tag: string, by: string) {
  const at = clock.now()
  const [tagged] = await db.batch([
    {
      sql: `insert into ticket_tags (ticket_id, tag)
            select :id, :tag where (select count(*) from ticket_tags where ticket_id = :id) < ${MOST} on conflict do nothing`,
      args: { id, tag },
    },
    eventIfChanged('ticket.tagged', { subject: reference, actor: by, at, data: { tag } }),
    tellDesk(reference, { actor: by, at }),
  ])
  if (tagged?.changes !== 1 && !(await tagsOf({ db }, { id })).includes(tag)) throw invalid('tag', 'too-many', { max: MOST })
}

export async function untagTicket({ db, clock }: Services, { id, reference }: Ticket, tag: string, by: string) {
  const at = clock.now()
  await db.batch([
    { sql: 'delete from ticket_tags where ticket_id = :id and tag = :tag', args: { id, tag } },
    eventIfChanged('ticket.untagged', { subject: reference, actor: by, at, data: { tag } }),
    tellDesk(reference, { actor: by, at }),
  ])
}
