import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Db, openDb } from '../../api/platform/db.ts'
import { migrate } from '../../api/platform/migrate.ts'
import { hasSqld, startSqld } from '../support/sqld.ts'

const MIGRATIONS = 'api/platform/migrations'

describe('the embedded database', () => keepsTickets(openFile))
if (hasSqld) describe('a libSQL server', () => keepsTickets(startSqld))

function keepsTickets(open: () => Promise<{ url: string; stop: () => Promise<void> }>) {
  test('a database from before cases had kinds of their own keeps every case, its words and what refers to it', async () => {
    const { url, stop } = await open()
    const db = await openDb(url)
    await migrateUntil(db, '0023')
    await db.batch(OLD_ROWS.map((sql) => ({ sql })))
    const before = await rowsOf(db)
    expect(before.tickets).toHaveLength(3) // or nothing could be lost

    await migrate(db)

    expect(await rowsOf(db)).toEqual(before)
    expect(await db.all('pragma foreign_key_check')).toEqual([])
    // Foreign keys are as awake as before, and point at the new table.
    const orphan = `insert into messages (ticket_id, number, author, author_name, text, at) values (99, 1, 'customer', 'Ada', 'Hello?', 1)`
    await expect(db.batch([{ sql: orphan }])).rejects.toThrow(/FOREIGN KEY/)
    const visit = `insert into tickets (reference, contact_id, channel, kind, subject, locale, status, created_at, updated_at, first_response_due_at)
                   values ('T-NEW234', 1, 'phone', 'visit', 'A visit', 'en', 'new', 9, 9, 9) returning id`
    expect((await db.batch([{ sql: visit }]))[0]?.rows).toEqual([{ id: 8 }])
    await db.close()
    await stop()
  })
}

test('what orders had brought is owned by itself, with its number and its day of delivery', async () => {
  const { url, stop } = await openFile()
  const db = await openDb(url)
  await migrateUntil(db, '0030')
  await db.batch(
    [
      `insert into contacts (id, email, name, locale, created_at) values (1, 'ada@acme.example', 'Ada', 'en', 1)`,
      `insert into quotes (id, reference, contact_id, status, revision, currency, locale, created_at, updated_at, accepted_at)
         values (1, 'Q-2AAAAA', 1, 'accepted', 1, 'DKK', 'en', 1, 1, 1)`,
      `insert into orders (id, reference, quote_id, placed_at, delivered_on, delivered_at) values (1, 'O-2AAAAA', 1, 5, '2026-02-01', 6)`,
      `insert into owned_products (order_id, line, product, sku, name, options, quantity, bought_on, warranty_until, serial_number)
         values (1, 'a', 'pump', 'P-1', 'Pump', '{}', 2, '2026-01-01', '2031-02-01', 'pu000001'), (1, 'b', 'filter', 'F-1', 'Filter', '{}', 1, '2026-01-01', null, null)`,
      `insert into mail_preferences (email, kind, unsubscribed_at) values ('ada@acme.example', 'news', 7)`,
    ].map((sql) => ({ sql })),
  )

  await migrate(db)

  const owned = await db.all(
    'select contact_id, quote, "order", line, product, quantity, delivered_on, warranty_until, serial_key, created_at from owned_items order by line',
  )
  expect(owned).toEqual([
    {
      ...{ contact_id: 1, quote: 'Q-2AAAAA', order: 'O-2AAAAA', line: 'a', product: 'pump', quantity: 2 },
      ...{ delivered_on: '2026-02-01', warranty_until: '2031-02-01', serial_key: 'PU000001', created_at: 5 },
    },
    {
      ...{ contact_id: 1, quote: 'Q-2AAAAA', order: 'O-2AAAAA', line: 'b', product: 'filter', quantity: 1 },
      ...{ delivered_on: '2026-02-01', warranty_until: null, serial_key: null, created_at: 5 },
    },
  ])
  const references = await db.all<{ reference: string }>('select reference from owned_items')
  expect(references.every(({ reference }) => /^P-[2-9A-HJKMNP-TV-Z]{6}$/.test(reference))).toBe(true)
  expect(await db.all('select email, kind from mail_preferences')).toEqual([{ email: 'ada@acme.example', kind: 'news' }])
  await db.close()
  await stop()
})

const OLD_ROWS = [
  `insert into contacts (id, email, name, locale, created_at) values (1, 'ada@acme.example', 'Ada', 'en', 1)`,
  `insert into users (id, email, name, role, locale, created_at) values (1, 'sam@fjord.example', 'Sam', 'agent', 'en', 1)`,
  `insert into sites (id, key, name, origins, locale, created_at) values (1, 'key', 'Site', '[]', 'en', 1)`,
  `insert into visitors (id, site_id, token_hash, created_at, seen_at) values (1, 1, 'hash', 1, 1)`,
  `insert into tickets (id, reference, contact_id, channel, kind, subject, locale, status, created_at, updated_at, first_response_due_at, assignee_id)
     values (3, 'T-2AAAAA', 1, 'web', 'question', 'One', 'en', 'closed', 1, 2, 3, 1)`,
  `insert into tickets (id, reference, contact_id, channel, kind, subject, locale, status, created_at, updated_at, first_response_due_at, follows)
     values (5, 'T-2BBBBB', 1, 'mail', 'complaint', 'Two', 'da', 'open', 4, 5, 6, 'T-2AAAAA')`,
  `insert into tickets (id, reference, visitor_id, channel, kind, subject, locale, status, created_at, updated_at, first_response_due_at, said_name, queue)
     values (7, 'T-2CCCCC', 1, 'chat', 'question', 'Three', 'en', 'waiting', 7, 8, 9, 'Grace', 'sales')`,
  `insert into messages (id, ticket_id, number, author, author_name, text, at) values (1, 3, 1, 'customer', 'Ada', 'Hello', 1)`,
  `insert into messages (id, ticket_id, number, author, author_name, internal, text, at) values (2, 5, null, 'staff', 'Sam', 1, 'A note', 5)`,
  `insert into product_questions (ticket, locale, product, question, answer, published_by, published_at)
     values ('T-2AAAAA', 'en', 'fjord', 'Why?', 'Because.', 1, 1)`,
]

/** What was there before, column by column; columns that came since are not asked for. */
async function rowsOf(db: Db) {
  const ticket = `id, reference, contact_id, visitor_id, organisation_id, channel, kind, queue, subject, locale, product, article, status,
    created_at, updated_at, first_response_at, first_response_due_at, resolved_at, reopened, follows, assignee_id, said_name, said_email`
  return {
    tickets: await db.all(`select ${ticket} from tickets order by id`),
    messages: await db.all('select id, ticket_id, number, author, author_name, internal, text, at from messages order by id'),
    questions: await db.all('select * from product_questions'),
  }
}

/** The schema as it was before the migration with this number. */
async function migrateUntil(db: Db, number: string) {
  await db.batch([{ sql: 'create table migrations (name text primary key, at integer not null) strict' }])
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (name >= number) return
    await db.migrate(`${readFileSync(join(MIGRATIONS, name), 'utf8')}\n\ninsert into migrations (name, at) values ('${name}', 1);`)
  }
}

async function openFile() {
  const folder = await mkdtemp(join(tmpdir(), 'torv-old-'))
  return { url: join(folder, 'torv.db'), stop: () => rm(folder, { recursive: true }) }
}
