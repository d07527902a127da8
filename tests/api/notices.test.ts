import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { daysBack } from '../../api/notices/model.ts'
import { Mailer } from '../../api/notify/mailer.ts'
import { batchingBy } from '../../api/platform/around.ts'
import type { Db } from '../../api/platform/db.ts'
import { placeOrders } from '../../api/quotes/orders/store.ts'
import { momentOf } from '../../api/tickets/hours.ts'
import { usePanelAssets } from '../../api/widget/assets.ts'
import type { Client } from '../support/client.ts'
import { ADA, acceptanceOf, offered } from '../support/quotes.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'
import { XSS } from '../support/xss.ts'

const GRACE = 'grace@globex.example'
const BO = 'bo@acme.example'
const IDA = 'ida@initech.example'
const RECALL = {
  kind: 'recall',
  title: { en: 'Stop the pump', da: 'Stop pumpen' },
  text: { en: 'It may get **hot**. canary-recall', da: 'Den kan blive **varm**. canary-recall' },
  audience: 'owners',
  products: ['pump'],
  byMail: true,
}
const INCIDENT = {
  kind: 'incident',
  title: { en: 'The app is down', da: 'Appen er nede' },
  text: { en: 'We are on it.', da: 'Vi er på den.' },
  byMail: true,
}

let torv: Torv
let staff: Client
let ada: Client
let grace: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
  ada = await torv.signedIn(ADA)
  grace = await torv.signedIn(GRACE)
  await ada.post('/api/account/products', { product: 'pump', serialNumber: 'PU-123456', postcode: '71 00' })
  await grace.post('/api/account/products', { product: 'filter', serialNumber: 'F-12345', postcode: '8000' })
})
afterEach(async () => {
  usePanelAssets(undefined)
  await stopTorvs()
})

async function drafted(notice: object): Promise<string> {
  const answer = await staff.post('/api/desk/notices', notice)
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

type AtDesk = {
  status: string
  revision: number
  reach: { owners: number | null; mails: number; sent: { waiting: number; sent: number; parked: number } }
}

async function atDesk(reference: string): Promise<AtDesk> {
  return (await (await staff.get(`/api/desk/notices/${reference}`)).json()) as AtDesk
}

async function published(notice: object): Promise<string> {
  const reference = await drafted(notice)
  const answer = await staff.post(`/api/desk/notices/${reference}/publication`, { revision: (await atDesk(reference)).revision })
  if (!answer.ok) throw new Error(await answer.text())
  return reference
}

async function read(client: Client): Promise<string> {
  return (await client.get('/api/notices')).text()
}

async function told(about: RegExp): Promise<string[]> {
  await torv.settle()
  return (await torv.mails()).filter(({ subject }) => about.test(subject)).map(({ to }) => to)
}

async function subscribed(email: string, postcode = '') {
  const visitor = torv.visitor()
  await visitor.post('/api/status/subscriptions', { email, locale: 'en', postcode })
  await torv.settle()
  const mail = (await torv.mails()).findLast(({ to, subject }) => to === email && /mail me/.test(subject))
  const token = /status\/confirm\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? ''
  return { visitor, token, confirm: () => visitor.post(`/api/status/subscriptions/${token}`) }
}

/** Lets another process read the log on, as half a minute does. */
function letGo() {
  return torv.services.db.batch([{ sql: 'update subscribers set lease_until = 0' }])
}

/** The same database, on which one batch with such a statement fails, as if the process had died just before it. */
function failingAt(db: Db, statement: RegExp, nth: number): Db {
  let left = nth
  return batchingBy(db, async (statements) => {
    if (statements.some(({ sql }) => statement.test(sql)) && --left === 0) throw new Error('The power is gone')
    return db.batch(statements)
  })
}

type Status = {
  ongoing: { title: string; updates: { state: string }[] }[]
  planned: { title: string }[]
  past: { title: string }[]
  days: { day: string; worst?: string }[]
}

async function statusNow(): Promise<Status> {
  return (await (await torv.visitor().get('/api/status')).json()) as Status
}

describe('a recall', () => {
  test('reaches those who own the model, on pages and by mail, and nobody else', async () => {
    expect((await atDesk(await drafted(RECALL))).reach).toMatchObject({ owners: 1, mails: 1 })
    await published(RECALL)

    expect(await read(ada)).toContain('canary-recall')
    for (const other of [grace, torv.visitor()]) expect(await read(other)).not.toContain('canary-recall')
    expect(await told(/^Important for your safety/)).toEqual([ADA])
    expect(await (await torv.visitor().get('/api/status')).text()).not.toContain('canary-recall')
  })

  test('is in the widget of who is signed in and owns it, where cookies come along', async () => {
    usePanelAssets({ script: '/panel.js', styles: [] })
    const admin = await torv.staff('admin')
    const added = await admin.post('/api/desk/sites', { name: 'A shop', origin: 'https://shop.acme.example', locale: 'en' })
    const { key } = (await added.json()) as { key: string }
    await published(RECALL)
    const frame = async (client: Client) => (await client.get(`/widget/frame?site=${key}`)).text()

    expect(await frame(ada)).toContain('canary-recall')
    for (const other of [grace, torv.visitor()]) expect(await frame(other)).not.toContain('canary-recall')
  })

  test('is mailed to every owner whatever mails they have chosen, and once', async () => {
    await ada.put('/api/mail-preferences/mine', { reminders: false, 'check-ins': false, maintenance: false, status: false, news: false })
    const reference = await published(RECALL)
    const again = await staff.post(`/api/desk/notices/${reference}/publication`, { revision: 2 })

    expect(again.status).toBe(409)
    expect(await told(/^Important/)).toEqual([ADA])
    await torv.settle()
    expect(await told(/^Important/)).toEqual([ADA])
    expect((await atDesk(reference)).reach.sent).toEqual({ waiting: 0, sent: 1, parked: 0 })
    expect((await torv.mails()).find(({ subject }) => /^Important/.test(subject))?.text).not.toContain('mail-preferences')
  })

  test('is mailed to whoever comes to own it later, unless they have heard', async () => {
    await published(RECALL)
    await torv.settle()

    await grace.post('/api/account/products', { product: 'pump', serialNumber: 'PU-000009' })
    await ada.post('/api/account/products', { product: 'pump', serialNumber: 'PU-000010' })

    expect((await told(/^Important for your safety/)).sort()).toEqual([ADA, GRACE])
  })

  test('is mailed to whoever buys it, once, however much of it they come to own', async () => {
    const filters = { ...RECALL, products: ['filter'] }
    const wanted = [{ product: 'filter', options: {}, quantity: 2 }]
    await published(filters)
    expect(await told(/^Important for your safety/)).toEqual([GRACE])

    const bought = await offered(torv, staff, wanted, { lines: wanted })
    await bought.ada.post(`/api/quotes/${bought.reference}/acceptance`, acceptanceOf(bought.shown))
    torv.clock.forward(15 * 60_000)
    await placeOrders(torv.services)
    expect(await told(/^Important for your safety/)).toEqual([GRACE, ADA])

    await ada.post('/api/account/products', { product: 'filter', serialNumber: 'F-99999' })
    expect(await told(/^Important for your safety/)).toEqual([GRACE, ADA])
    torv.clock.forward(60_000)
    await published({ ...filters, title: { en: 'Stop it again', da: 'Stop den igen' } })
    expect(await told(/^Important for your safety: Stop it again/)).toHaveLength(2)
  })

  test('is mailed to the colleague who is left with it', async () => {
    await published({ ...RECALL, products: ['filter'] })
    await ada.post('/api/organisation', { name: 'Acme' })
    await ada.post('/api/organisation/invitations', { email: BO, role: 'manager' })
    await torv.settle()
    const token = /invitations\/([\w-]{43})/.exec((await torv.mails()).findLast(({ to }) => to === BO)?.text ?? '')?.[1]
    const bo = await torv.signedIn(BO)
    await bo.post(`/api/invitations/${token}/acceptance`)
    for (const serialNumber of ['F-00001', 'F-00002'])
      await bo.post('/api/account/products', { product: 'filter', serialNumber, forOrganisation: true })
    expect(await told(/^Important for your safety/)).toEqual([GRACE, BO])

    expect((await bo.delete('/api/organisation/membership')).status).toBe(204)

    expect(await told(/^Important for your safety/)).toEqual([GRACE, BO, ADA])
  })

  test('that has ended is shown to nobody', async () => {
    const reference = await published(RECALL)
    expect((await staff.post(`/api/desk/notices/${reference}/end`)).status).toBe(204)
    expect((await staff.post(`/api/desk/notices/${reference}/end`)).status).toBe(409)
    expect(await read(ada)).not.toContain('canary-recall')
  })
})

describe('planned work and incidents of a product', () => {
  const WORK = {
    ...{ kind: 'maintenance', audience: 'owners', products: ['pump'], byMail: true },
    title: { en: 'New software', da: 'Ny software' },
    text: { en: 'It restarts at night. canary-work', da: 'Den genstarter om natten. canary-work' },
  }
  const register = (client: Client, serialNumber: string) => client.post('/api/account/products', { product: 'pump', serialNumber })

  test('are mailed to whoever comes to own it later, each once, with a way to stop', async () => {
    await published(WORK)
    expect(await told(/New software/)).toEqual([ADA])

    await register(grace, 'PU-000009')
    expect(await told(/^Planned: New software/)).toEqual([ADA, GRACE])
    const mail = (await torv.mails()).find(({ to, subject }) => to === GRACE && /New software/.test(subject))
    expect(mail?.text).toContain('canary-work')
    expect(mail?.text).toContain('/mail-preferences/')

    for (const client of [ada, grace]) await register(client, client === ada ? 'PU-000010' : 'PU-000011')
    expect(await told(/New software/)).toEqual([ADA, GRACE])
  })

  test('are not mailed to a later owner who wants no such mails; a recall is', async () => {
    await grace.put('/api/mail-preferences/mine', { status: false })
    await published(WORK)
    await published(RECALL)

    await register(grace, 'PU-000009')

    expect((await told(/^Important/)).sort()).toEqual([ADA, GRACE])
    expect(await told(/New software/)).toEqual([ADA])
    await grace.put('/api/mail-preferences/mine', { status: true })
    await register(grace, 'PU-000010')
    expect(await told(/New software/)).toEqual([ADA, GRACE])
  })

  test('that are over, or were not mailed to its owners either, are mailed to nobody', async () => {
    const over = await published({ ...WORK, title: { en: 'Over', da: 'Slut' } })
    await staff.post(`/api/desk/notices/${over}/end`)
    await published({ ...WORK, title: { en: 'On pages', da: 'På sider' }, byMail: false })
    await published(WORK)

    await register(grace, 'PU-000009')

    await torv.settle()
    const subjects = (await torv.mails()).filter(({ to }) => to === GRACE).map(({ subject }) => subject)
    expect(subjects).toContain('Planned: New software')
    const mail = (await torv.mails()).find(({ to, subject }) => to === GRACE && /New software/.test(subject))
    expect([...subjects, mail?.text].join()).not.toMatch(/Over|On pages/)
  })

  test('reach whoever takes it over', async () => {
    await published(WORK)
    const registered = await register(ada, 'PU-000008')
    const { reference } = (await registered.json()) as { reference: string }
    expect((await ada.post(`/api/account/products/${reference}/offer`, { email: IDA })).ok).toBe(true)
    await torv.settle()
    const token = /take-over\/([\w-]{43})/.exec((await torv.mails()).findLast(({ to }) => to === IDA)?.text ?? '')?.[1]
    const ida = await torv.signedIn(IDA)
    expect((await ida.post(`/api/take-over/${token}/acceptance`)).ok).toBe(true)

    expect(await told(/New software/)).toEqual([ADA, IDA])
  })
})

describe('who reaches what', () => {
  test('a region: who lives there, and subscribers who have not named another place', async () => {
    const [here, elsewhere, everywhere] = ['here@a.example', 'elsewhere@a.example', 'everywhere@a.example']
    for (const [email, postcode] of [
      [here, '7199'],
      [elsewhere, '9000'],
      [everywhere, ''],
    ] as const)
      await (await subscribed(email, postcode)).confirm()

    await published({ ...INCIDENT, audience: 'region', postcodes: ['7000-7999'], text: { en: 'canary-region', da: 'canary-region' } })

    expect(await read(ada)).toContain('canary-region')
    expect(await read(grace)).not.toContain('canary-region')
    expect((await told(/^It does not work/)).sort()).toEqual([ADA, everywhere, here].sort())
  })

  test('a site: its widget alone, and nobody by mail', async () => {
    usePanelAssets({ script: '/panel.js', styles: [] })
    const admin = await torv.staff('admin')
    const site = async (origin: string) =>
      ((await (await admin.post('/api/desk/sites', { name: 'A shop', origin, locale: 'en' })).json()) as { key: string }).key
    const [mine, other] = [await site('https://one.example'), await site('https://two.example')]
    expect((await staff.post('/api/desk/notices', { ...INCIDENT, audience: 'site', site: 'none' })).status).toBe(422)
    expect(await (await staff.get('/api/desk/notices/sites')).json()).toEqual({
      sites: expect.arrayContaining([mine, other].map((key) => ({ key, name: 'A shop' }))),
    })
    expect((await ada.get('/api/desk/notices/sites')).status).toBe(403)

    await published({ ...INCIDENT, audience: 'site', site: mine, text: { en: 'canary-site', da: 'canary-site' } })

    expect(await (await torv.visitor().get(`/widget/frame?site=${mine}`)).text()).toContain('canary-site')
    expect(await (await torv.visitor().get(`/widget/frame?site=${other}`)).text()).not.toContain('canary-site')
    expect(await read(ada)).not.toContain('canary-site')
    expect(await told(/^It does not work/)).toEqual([])
  })

  test('everybody, of an incident: on pages all, by mail only who has asked', async () => {
    await (await subscribed(IDA)).confirm()
    await subscribed('silent@a.example')

    await published(INCIDENT)

    expect(await read(torv.visitor())).toContain('We are on it.')
    expect(await told(/^It does not work/)).toEqual([IDA])
  })

  test('news: customers who want it', async () => {
    await grace.put('/api/mail-preferences/mine', { news: false })
    await published({ ...INCIDENT, kind: 'news', title: { en: 'New colours', da: 'Nye farver' } })
    expect(await told(/New colours/)).toEqual([ADA])
  })

  test('very many: a slice at a time, everybody once, whatever stops it between two of them', async () => {
    const many = Array.from({ length: 501 }, (_, n) => `many.${n}@initech.example`)
    await torv.services.db.batch([
      {
        sql: `insert into contacts (email, locale, stage, created_at) select value, 'en', 'customer', 1 from json_each(:many)`,
        args: { many: JSON.stringify([...many, IDA]) },
      },
    ])
    await (await subscribed(IDA)).confirm()
    await grace.put('/api/mail-preferences/mine', { news: false })
    await torv.settle()
    const reference = await published({ ...INCIDENT, kind: 'news', title: { en: 'New colours', da: 'Nye farver' } })
    expect((await atDesk(reference)).reach).toMatchObject({ owners: null, mails: 503, sent: { waiting: 0 } })
    const sent: string[] = []
    const mail = {
      kind: 'files' as const,
      send: async ({ to, subject }: { to: string; subject: string }) => void (subject === 'New colours' && sent.push(to)),
    }

    await letGo()
    const dying = new Mailer({ ...torv.services, mail, db: failingAt(torv.services.db, /insert into mails/, 2) })
    await expect(dying.run()).rejects.toThrow('The power is gone')
    expect((await atDesk(reference)).reach.sent).toEqual({ waiting: 500, sent: 0, parked: 0 }) // or it would prove nothing
    await letGo()
    await Promise.all([new Mailer({ ...torv.services, mail }).run(), new Mailer({ ...torv.services, mail }).run()])
    await new Mailer({ ...torv.services, mail }).run()

    expect(sent.sort()).toEqual([...many, ADA, IDA].sort())
    expect((await atDesk(reference)).reach.sent).toEqual({ waiting: 0, sent: 503, parked: 0 })
  })

  test('a code for signing in does not wait until everybody is told', async () => {
    await published({ ...INCIDENT, kind: 'news', title: { en: 'New colours', da: 'Nye farver' } })
    await letGo()
    const sent: string[] = []
    const send = async ({ subject }: { subject: string }) => {
      sent.push(subject)
      if (sent.length === 1) await torv.visitor().post('/api/sign-in/codes', { email: IDA, locale: 'en' })
    }

    await new Mailer({ ...torv.services, mail: { kind: 'files', send } }).run()

    expect(sent).toEqual(['New colours', expect.stringMatching(/code/), 'New colours'])
  })

  test('a draft is nobody’s, and staff’s alone to read, write and publish', async () => {
    const reference = await drafted({ ...RECALL, audience: 'all' })
    for (const client of [ada, torv.visitor()]) expect(await read(client)).not.toContain('canary-recall')
    const attempts = [
      ada.get('/api/desk/notices'),
      ada.get(`/api/desk/notices/${reference}`),
      ada.post('/api/desk/notices', RECALL),
      ada.post(`/api/desk/notices/${reference}/publication`, { revision: 1 }),
      ada.post(`/api/desk/notices/${reference}/updates`, { state: 'solved', text: INCIDENT.text }),
    ]
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    expect(await told(/Stop the pump/)).toEqual([])
  })
})

describe('writing a notice', () => {
  test('both languages are owed before it is published, and what was looked at is what goes out', async () => {
    const reference = await drafted({ ...RECALL, title: { en: 'Only English', da: '' } })
    const refused = await staff.post(`/api/desk/notices/${reference}/publication`, { revision: 1 })
    expect(refused.status).toBe(422)
    expect(Object.keys(((await refused.json()) as { errors: object }).errors)).toEqual(['title.da'])

    expect((await staff.put(`/api/desk/notices/${reference}`, { ...RECALL, revision: 1 })).status).toBe(204)
    expect((await staff.post(`/api/desk/notices/${reference}/publication`, { revision: 1 })).status).toBe(409)
    expect((await staff.put(`/api/desk/notices/${reference}`, { ...RECALL, revision: 1 })).status).toBe(409)
    expect((await staff.post(`/api/desk/notices/${reference}/publication`, { revision: 2 })).status).toBe(204)
  })

  test('only the words of what is published can be mended', async () => {
    const reference = await published(RECALL)
    const { revision } = await atDesk(reference)
    const mended = { ...RECALL, title: { en: 'Stop the big pump', da: 'Stop den store pumpe' }, audience: 'all', kind: 'news', revision }

    expect((await staff.put(`/api/desk/notices/${reference}`, mended)).status).toBe(204)

    expect(await read(ada)).toContain('Stop the big pump')
    expect(await read(grace)).not.toContain('Stop the big pump')
  })

  test.each([
    { postcodes: ['<7100>'] },
    { postcodes: ['8000-7000'] },
    { audience: 'owners', products: ['nothing'] },
    { kind: 'party' },
    { article: 'nothing' },
    { startsAt: '2026-12-01T10:00', endsAt: '2026-12-01T09:00' },
    { title: { en: 'a\nb', da: 'c' } },
  ])('refuses %o', async (wrong) => {
    expect((await staff.post('/api/desk/notices', { ...INCIDENT, ...wrong })).status).toBe(422)
  })

  test('CO5 what could do something is taken out of its text: frames, handlers, styles', async () => {
    const text = [
      '<iframe src="https://evil.example"></iframe>',
      '<b onclick="x()" style="color:red">b</b>',
      '[go](javascript:alert(1))',
      ...XSS,
    ].join('\n\n')
    const reference = await published({ ...INCIDENT, text: { en: `canary-clean\n\n${text}`.slice(0, 5_000), da: 'ja' } })

    const { notices } = (await (await torv.visitor().get('/api/notices')).json()) as { notices: { html: string; plain: string }[] }
    const html = notices[0]?.html ?? ''
    expect(html).toContain('canary-clean')
    expect(html).not.toMatch(/<(iframe|script|style|svg|object|embed|form|img[^>]* on)/i)
    expect(html).not.toMatch(/<[^>]*\s(on\w+|style)\s*=/i)
    expect(html).not.toMatch(/(href|src)="\s*(javascript|data):/i)
    const { preview } = (await (await staff.get(`/api/desk/notices/${reference}`)).json()) as { preview: { en: string } }
    expect(preview.en).toBe(html)
  })
})

describe('the status page', () => {
  test('works when there is nothing to tell', async () => {
    const { ongoing, planned, past, days } = await statusNow()
    expect({ ongoing, planned, past }).toEqual({ ongoing: [], planned: [], past: [] })
    expect(days).toHaveLength(90)
    expect(days.every(({ worst }) => worst === undefined)).toBe(true)
  })

  test.each([
    ['2026-11-25T22:30Z', '2026-08-28', '2026-11-25'], // late in the evening, and summer time when it began
    ['2026-05-01T22:30Z', '2026-02-02', '2026-05-02'],
  ])('goes back over 90 days of the calendar, at %s', (now, first, last) => {
    const days = daysBack([], 90, Date.parse(now), 'Europe/Copenhagen').map(({ day }) => day)
    expect([days.length, days[0], days.at(-1)]).toEqual([90, first, last])
  })

  test('tells how an incident goes, until it is solved and history', async () => {
    await (await subscribed(IDA)).confirm()
    const reference = await published({ ...INCIDENT, byMail: false })
    const say = (state: string) =>
      staff.post(`/api/desk/notices/${reference}/updates`, { state, text: { en: 'So it is.', da: 'Sådan er det.' } })
    expect((await say('identified')).status).toBe(204)
    expect((await statusNow()).ongoing).toMatchObject([{ title: 'The app is down', updates: [{ state: 'identified' }] }])

    torv.clock.forward(60_000)
    expect((await say('solved')).status).toBe(204)
    expect((await say('watching')).status).toBe(409)

    const { ongoing, past, days } = await statusNow()
    expect(ongoing).toEqual([])
    expect(past).toMatchObject([{ title: 'The app is down', updates: [{ state: 'solved' }, { state: 'identified' }] }])
    expect(days.at(-1)?.worst).toBe('incident')
    expect(await told(/The app is down/)).toEqual([IDA, IDA])
    torv.clock.forward(95 * 24 * 3_600_000)
    expect((await statusNow()).past).toEqual([])
  })

  test('counts as history what has come to the end it was given, though nobody took it down: on pages and in the widget too', async () => {
    usePanelAssets({ script: '/panel.js', styles: [] })
    const admin = await torv.staff('admin')
    const added = await admin.post('/api/desk/sites', { name: 'A shop', origin: 'https://shop.acme.example', locale: 'en' })
    const { key } = (await added.json()) as { key: string }
    const tomorrow = new Date(torv.clock.now() + 24 * 3_600_000).toISOString().slice(0, 10)
    await published({ ...INCIDENT, endsAt: `${tomorrow}T12:00` })
    await published({ ...RECALL, endsAt: `${tomorrow}T12:00` })
    const shown = async () => [await read(ada), await (await ada.get(`/widget/frame?site=${key}`)).text()]
    for (const page of await shown()) expect([/We are on it/.test(page), /canary-recall/.test(page)]).toEqual([true, true])

    torv.clock.forward(2 * 24 * 3_600_000)

    for (const page of await shown()) expect(page).not.toMatch(/We are on it|canary-recall/)
    const { ongoing, past, days } = await statusNow()
    expect([ongoing, past.map(({ title }) => title)]).toEqual([[], ['The app is down']])
    expect(days.at(-1)?.worst).toBeUndefined()
    torv.clock.forward(92 * 24 * 3_600_000)
    expect((await statusNow()).past).toEqual([])
  })

  test('staff reads of content files too what is shown, what was, and what is to come', async () => {
    const file = (slug: string, from: string, until?: string) => ({
      ...{ slug, kind: 'news' as const, title: { en: slug, da: slug }, text: { en: 'x', da: 'x' }, mail: false, from, until },
    })
    const notices = [file('was', '2020-01-01', '2020-01-31'), file('is', '2020-02-01'), file('comes', '2999-01-01')]
    const other = await startTorv({}, { content: { ...torv.services.content, notices } })
    const desk = await other.staff()
    const listed = async (state = '') => {
      const answer = await (await desk.get(`/api/desk/notices${state && `?state=${state}`}`)).json()
      return (answer as { written: { reference: string; state: string }[] }).written.map(({ reference, state }) => `${reference} ${state}`)
    }

    expect(await listed()).toEqual(['comes coming', 'is published', 'was ended'])
    expect(await listed('published')).toEqual(['is published'])
    expect(await listed('ended')).toEqual(['was ended'])
    expect(await listed('draft')).toEqual([])
  })

  test('staff reads that what came down by itself has ended, and since when; a later end puts it up again', async () => {
    const noon = new Date(torv.clock.now() + 24 * 3_600_000).toISOString().slice(0, 10)
    const reference = await published({ ...INCIDENT, endsAt: `${noon}T12:00` })
    const listed = async (state = '') => {
      const answer = await (await staff.get(`/api/desk/notices${state && `?state=${state}`}`)).json()
      return (answer as { notices: { reference: string; state: string; overSince: number | null }[] }).notices
    }
    expect(await listed('published')).toMatchObject([{ reference, state: 'published', overSince: null }])

    torv.clock.forward(3 * 24 * 3_600_000)

    expect(await listed('published')).toEqual([])
    const over = { reference, state: 'ended', overSince: momentOf(noon, '12:00', 'Europe/Copenhagen') }
    for (const notices of [await listed(), await listed('ended')]) expect(notices).toMatchObject([over])
    const later = new Date(torv.clock.now() + 24 * 3_600_000).toISOString().slice(0, 10)
    const { revision } = await atDesk(reference)
    expect((await staff.put(`/api/desk/notices/${reference}`, { ...INCIDENT, revision, endsAt: `${later}T12:00` })).status).toBe(204)
    expect(await listed('published')).toMatchObject([{ reference, state: 'published', overSince: null }])
    expect((await statusNow()).ongoing).toHaveLength(1)
  })

  test('shows planned work as planned until it begins', async () => {
    const tomorrow = new Date(torv.clock.now() + 24 * 3_600_000).toISOString().slice(0, 10)
    await published({ ...INCIDENT, kind: 'maintenance', startsAt: `${tomorrow}T10:00`, endsAt: `${tomorrow}T12:00` })
    expect((await statusNow()).planned).toMatchObject([{ title: 'The app is down' }])
    expect((await statusNow()).days.at(-1)?.worst).toBeUndefined()

    torv.clock.forward(3 * 24 * 3_600_000)
    expect((await statusNow()).past).toMatchObject([{ title: 'The app is down' }])
  })
})

describe('a subscription', () => {
  test('BN5 is made by a word from the mailbox, once, and not by looking', async () => {
    const { visitor, token, confirm } = await subscribed(IDA)
    expect((await visitor.get(`/api/status/subscriptions/${token}`)).status).toBe(200)
    await published({ ...INCIDENT, title: { en: 'First', da: 'Første' } })
    expect(await told(/First/)).toEqual([])

    expect((await confirm()).status).toBe(204)
    expect((await confirm()).status).toBe(404)

    await published({ ...INCIDENT, title: { en: 'Second', da: 'Anden' } })
    expect(await told(/Second/)).toEqual([IDA])
  })

  test('ends with the link in a mail', async () => {
    await (await subscribed(IDA)).confirm()
    await published(INCIDENT)
    await told(/It does not work/)
    const mail = (await torv.mails()).find(({ to, subject }) => to === IDA && /It does not work/.test(subject))
    const token = /mail-preferences\/([\w-]{43})/.exec(mail?.text ?? '')?.[1]

    await torv.visitor().put(`/api/mail-preferences/${token}`, { status: false })

    await published({ ...INCIDENT, title: { en: 'Second', da: 'Anden' } })
    expect(await told(/Second/)).toEqual([])
  })

  test('SI2 50 requests for one address are three mails in 15 minutes, each answered alike', async () => {
    const answers = []
    for (let n = 0; n < 50; n++)
      answers.push(await torv.visitor(`192.0.2.${n}`).post('/api/status/subscriptions', { email: IDA, locale: 'en' }))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(await told(/mail me/)).toEqual([IDA, IDA, IDA])
  })

  test('is no longer made a day later', async () => {
    const { confirm } = await subscribed(IDA)
    torv.clock.forward(25 * 3_600_000)
    expect((await confirm()).status).toBe(404)
  })
})
