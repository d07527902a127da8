import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const DAY_MS = 24 * 3_600_000
const LEAK = { kind: 'incident', title: { en: 'The app is down', da: 'Appen er nede' }, text: { en: 'We are on it.', da: 'Vi er på den.' } }

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
  torv.clock.set('2026-11-10T09:00Z')
})
afterEach(stopTorvs)

async function published(notice: object): Promise<string> {
  const { reference } = (await (await staff.post('/api/desk/notices', notice)).json()) as { reference: string }
  const answer = await staff.post(`/api/desk/notices/${reference}/publication`, { revision: 1 })
  if (!answer.ok) throw new Error(await answer.text())
  return reference
}

type Month = {
  happened: { title: string; standing: string }[]
  days: { day: string; worst?: string }[]
  older: string | null
  newer: string | null
}

async function month(name: string): Promise<Month> {
  return (await (await torv.visitor().get(`/api/status/months/${name}`)).json()) as Month
}

async function olderThanNow(): Promise<string | null> {
  return ((await (await torv.visitor().get('/api/status')).json()) as { older: string | null }).older
}

test('what is older than 90 days is found month by month, and an empty month leads on', async () => {
  const reference = await published(LEAK)
  torv.clock.forward(2 * DAY_MS)
  await staff.post(`/api/desk/notices/${reference}/end`)
  expect(await olderThanNow()).toBeNull()

  torv.clock.forward(100 * DAY_MS) // to 20 February

  expect(await olderThanNow()).toBe('2026-11')
  expect(await month('2026-12')).toMatchObject({ happened: [], older: '2026-11', newer: '2027-01' })
  const november = await month('2026-11')
  expect(november).toMatchObject({ happened: [{ title: 'The app is down', standing: 'past' }], older: null, newer: '2026-12' })
  expect(november.days).toHaveLength(30)
  expect(november.days.filter(({ worst }) => worst).map(({ day }) => day)).toEqual(['2026-11-10', '2026-11-11', '2026-11-12'])
  expect((await month('2027-02')).days.at(-1)?.day).toBe('2027-02-20')
  expect((await month('2027-02')).newer).toBeNull()
})

test('what lasts over the end of a month is in both, and counts as going on until it ends', async () => {
  torv.clock.forward(19 * DAY_MS) // to the 29th
  await published(LEAK)
  torv.clock.forward(4 * DAY_MS)

  for (const name of ['2026-11', '2026-12']) expect((await month(name)).happened).toMatchObject([{ standing: 'ongoing' }])
})

test('planned work that was called off never happened, and what was done early ended then', async () => {
  const work = { ...LEAK, kind: 'maintenance', startsAt: '2026-11-12T10:00', endsAt: '2026-11-13T16:00' }
  const [off, early] = [await published({ ...work, title: { en: 'Called off', da: 'Aflyst' } }), await published(work)]
  await staff.post(`/api/desk/notices/${off}/end`)
  torv.clock.forward(2 * DAY_MS + 2 * 3_600_000)
  await staff.post(`/api/desk/notices/${early}/end`)
  torv.clock.forward(10 * DAY_MS)

  const { happened, days } = await month('2026-11')

  expect(happened).toMatchObject([{ title: 'The app is down' }])
  expect(days.filter(({ worst }) => worst).map(({ day }) => day)).toEqual(['2026-11-12'])
  const status = (await (await torv.visitor().get('/api/status')).json()) as { past: { title: string }[] }
  expect(status.past.map(({ title }) => title)).toEqual(['The app is down'])
})

test('what more than 200 others came after is still there', async () => {
  await published(LEAK)
  const { db } = torv.services
  await db.batch([
    {
      sql: `with recursive n (n) as (select 1 union all select n + 1 from n where n < 250)
            insert into notices (reference, kind, status, title_en, title_da, audience, products, published_at, ended_at, created_by, created_at, updated_at)
            select 'N-' || n, 'incident', 'ended', 'Other', 'Anden', 'all', '[]', published_at + n, published_at + n + 1, created_by, published_at, published_at
            from n, notices where notices.title_en = 'The app is down'`,
    },
  ])

  const { happened } = await month('2026-11')

  expect(happened).toHaveLength(251)
  expect(happened.map(({ title }) => title)).toContain('The app is down')
})

test('a month tells what is everybody’s to read, and nothing of drafts, owners or what is only planned', async () => {
  await published({ ...LEAK, kind: 'maintenance', title: { en: 'canary-planned', da: 'canary-planned' }, startsAt: '2026-11-20T10:00' })
  await published({ ...LEAK, title: { en: 'canary-owners', da: 'canary-owners' }, audience: 'owners', products: ['pump'] })
  await published({ ...LEAK, kind: 'news', title: { en: 'canary-news', da: 'canary-news' } })
  await staff.post('/api/desk/notices', { ...LEAK, title: { en: 'canary-draft', da: 'canary-draft' } })
  await published(LEAK)

  const answer = await (await torv.visitor().get('/api/status/months/2026-11')).text()

  expect(answer).toContain('The app is down')
  expect(answer).not.toContain('canary')
})

test.each(['2026-12', '2026-13', '2026-1', '0001-01', 'feed', '2026-11-10'])('%s is no month that has begun', async (name) => {
  expect((await torv.visitor().get('/api/status/months/2026-11')).status).toBe(200)

  expect((await torv.visitor().get(`/api/status/months/${name}`)).status).toBe(404)
})
