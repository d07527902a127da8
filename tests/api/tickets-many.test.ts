import { afterEach, expect, test } from 'vitest'
import { Sessions } from '../../api/accounts/sessions.ts'
import { welcome } from '../../api/accounts/store.ts'
import type { Db, Statement } from '../../api/platform/db.ts'
import { VIEWS } from '../../api/tickets/desk-filter.ts'
import { ticketCounts } from '../../api/tickets/lists.ts'
import { fillTickets, LARGE_CUSTOMER, someReferences } from '../support/many-tickets.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

afterEach(stopTorvs)

/** What grows with the years. Anything else may be read from end to end. */
const GROWS = /^SCAN (tickets|messages|last|events|contacts|mails|visitors)\b/

test('no list, count or thread reads every ticket there is', async () => {
  const torv = await startTorv()
  const sam = await torv.staff()
  const users = await torv.services.db.all<{ id: number }>('select id from users')
  const staff = users.map(({ id }) => id)
  await fillTickets(torv.services.db, { tickets: 500, now: torv.clock.now(), staff })
  const references = await someReferences(torv.services.db, 500)
  const ada = await signedIn(torv, LARGE_CUSTOMER)
  const { db } = torv.services
  const plan = async ({ sql, args }: Statement) => {
    const rows = await db.all<{ detail: string }>(`explain query plan ${sql}`, args)
    return rows.map(({ detail }) => detail)
  }
  expect(await plan({ sql: 'select count(*) from tickets' })).toContainEqual(expect.stringMatching(GROWS)) // or nothing below would be seen
  const asked = new Map<string, Statement['args']>()
  const heard = (sql: string, args: Statement['args']) => {
    asked.set(sql, args)
    return db
  }
  const overheard: Db = {
    migrate: (script) => db.migrate(script),
    onCommit: (listener) => db.onCommit(listener),
    close: () => db.close(),
    batch: (statements) => db.batch(statements),
    all: (sql, args) => heard(sql, args).all(sql, args),
    get: (sql, args) => heard(sql, args).get(sql, args),
  }
  torv.services.db = overheard

  const first = (await (await ada.get('/api/tickets')).json()) as { tickets: { reference: string }[]; next: string }
  const deep = `cursor=${torv.clock.now() - 600 * 24 * 3_600_000}.T-222222`
  const answers = [
    await ada.get(`/api/tickets?cursor=${first.next}`),
    await ada.get(`/api/tickets/${first.tickets[0]?.reference}`),
    await sam.get('/api/desk/inbox'),
    await sam.get(`/api/desk/tickets/${references[0]}`),
  ]
  for (const view of VIEWS)
    for (const filter of [
      '',
      'kind=return',
      'queue=sales',
      'owner=me',
      'owner=me&kind=problem&queue=service',
      'team=mine',
      'tag=a',
      'tag=a&kind=return',
      'q=pump',
      'q=pump&tag=a&only=watched',
      'only=watched',
      deep,
    ])
      answers.push(await sam.get(`/api/desk/tickets?view=${view}&${filter}`))

  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(first.tickets).toHaveLength(25)
  expect(asked.size).toBeGreaterThan(30)
  for (const [sql, args] of asked) {
    const scans = (await plan({ sql, args: args ?? {} })).filter((step) => GROWS.test(step))
    expect(scans, sql).toEqual([])
  }
})

test('what is looked up by turns lists the same as what is looked up at once', async () => {
  const torv = await startTorv()
  const sam = await torv.staff()
  await fillTickets(torv.services.db, { tickets: 600, now: torv.clock.now(), staff: [1] })
  await torv.services.db.batch([{ sql: `insert into ticket_tags (ticket_id, tag) select id, 'everyone' from tickets` }])
  const listed = async (query: string) =>
    ((await (await sam.get(`/api/desk/tickets?${query}`)).json()) as { tickets: { reference: string }[] }).tickets.map(
      ({ reference }) => reference,
    )

  expect(await listed('view=all')).toHaveLength(25)
  expect(await listed('view=all&tag=everyone')).toEqual(await listed('view=all')) // 600 have it, so the cases are looked at in turn
  expect(await listed('view=all&tag=everyone&owner=me')).toEqual(await listed('view=all&owner=me'))
  expect(await listed('view=inbox&team=mine')).toEqual(await listed('view=inbox&team=support')) // nothing there is for sales
  expect(await listed('view=inbox&team=mine')).not.toEqual([])
})

test('the tally of tickets is what counting them gives, whatever becomes of them', async () => {
  const torv = await startTorv()
  await torv.staff()
  await torv.staff('admin')
  const { db } = torv.services
  await fillTickets(db, { tickets: 300, now: torv.clock.now(), staff: [1, 2] })
  await db.batch([
    { sql: `update tickets set status = 'open', assignee_id = 1 where id between 20 and 60` },
    { sql: `update tickets set assignee_id = null where id between 50 and 70` },
    { sql: `update tickets set assignee_id = 2, subject = 'Another' where id between 65 and 75` },
  ])

  const counted = await db.all<{ status: string; n: number; mine: number }>(
    'select status, count(*) as n, sum(assignee_id is 1) as mine from tickets group by status',
  )
  const { mine, ...tally } = await ticketCounts(torv.services, 1)
  expect(counted.length).toBeGreaterThan(6)
  expect(Object.entries(tally).filter(([, n]) => n)).toHaveLength(counted.length)
  for (const { status, n } of counted) expect(tally[status as keyof typeof tally], status).toBe(n)
  expect(mine).toBe(counted.filter(({ status }) => status === 'new' || status === 'open').reduce((sum, one) => sum + one.mine, 0))
})

/** Not by a code in a mail: first, every case that was made up would send its own. */
async function signedIn(torv: Torv, email: string) {
  const user = await welcome(torv.services, { email, locale: 'en' })
  if (!user) throw new Error(`${email} is no contact`)
  const client = torv.visitor()
  client.cookies.set('torv-session', (await new Sessions(torv.services.db).begin(user, 'test')).token)
  return client
}
