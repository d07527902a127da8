import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const BO = 'bo@acme.example'
const GRACE = 'grace@globex.example'
const DAY = 24 * 3_600_000
const CANARY = 'Acme canary-5c1d ApS'

let torv: Torv
beforeEach(async () => {
  torv = await startTorv()
})
afterEach(stopTorvs)

type Shown = {
  organisation: { name: string; approvalOver: Record<string, number> | null } | null
  me: { key: string; role: string }
  rights: string[]
  members: { key: string; email: string; role: string; acceptsUpTo: Record<string, number> }[]
  invitations: { key: string; email: string }[]
}

async function read(client: Client): Promise<Shown> {
  return (await (await client.get('/api/organisation')).json()) as Shown
}

/** Ada, who has made Acme and manages it. */
async function founder(): Promise<Client> {
  const ada = await torv.signedIn(ADA)
  const made = await ada.post('/api/organisation', { name: CANARY, registrationNumber: 'CVR 12345678', invoiceAddress: 'Vej 1' })
  if (made.status !== 201) throw new Error(await made.text())
  return ada
}

async function tokenFor(email: string): Promise<string> {
  await torv.settle()
  const mail = (await torv.mails()).findLast(({ to, text }) => to === email && text.includes('/invitations/'))
  return /invitations\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? ''
}

async function invite(manager: Client, email: string, rights: object = { role: 'member' }): Promise<string> {
  const answer = await manager.post('/api/organisation/invitations', { email, ...rights })
  if (answer.status !== 202) throw new Error(await answer.text())
  return tokenFor(email)
}

async function joins(manager: Client, email: string, rights?: object): Promise<Client> {
  const token = await invite(manager, email, rights)
  const client = await torv.signedIn(email)
  const answer = await client.post(`/api/invitations/${token}/acceptance`)
  if (answer.status !== 204) throw new Error(await answer.text())
  return client
}

async function keyOf(client: Client, email: string): Promise<string> {
  return (await read(client)).members.find((member) => member.email === email)?.key ?? ''
}

const rows = (table: string) => torv.services.db.all(`select * from ${table}`)

describe('an organisation', () => {
  test('is made by a contact, who manages it, and grows by invitation', async () => {
    const ada = await founder()
    const bo = await joins(ada, BO, { role: 'buyer', acceptsUpTo: { DKK: 500_000 } })

    const shown = await read(bo)
    expect(shown).toMatchObject({ organisation: { name: CANARY }, me: { role: 'buyer' }, invitations: [] })
    expect(shown.members.map(({ email, role }) => [email, role])).toEqual([
      [ADA, 'manager'],
      [BO, 'buyer'],
    ])
    expect(shown.rights).not.toContain('manage-members')
    await torv.settle()
    expect((await torv.mails()).some(({ to, subject }) => to === ADA && subject.includes('has joined'))).toBe(true)
    const kinds = await torv.services.db.all<{ kind: string }>(`select kind from events where subject like 'organisation:%' order by id`)
    expect(kinds.map(({ kind }) => kind)).toEqual(['organisation.created', 'organisation.member-invited', 'organisation.member-joined'])
  })

  test('nobody belongs to two', async () => {
    const ada = await founder()
    expect((await ada.post('/api/organisation', { name: 'Another' })).status).toBe(409)
    const grace = await torv.signedIn(GRACE)
    await grace.post('/api/organisation', { name: 'Globex' })
    const token = await invite(ada, GRACE)

    expect((await grace.post(`/api/invitations/${token}/acceptance`)).status).toBe(409)
    expect((await read(grace)).organisation?.name).toBe('Globex')
    expect(await rows('organisations')).toHaveLength(2)
  })

  test('always keeps somebody who manages it', async () => {
    const ada = await founder()
    const me = await keyOf(ada, ADA)
    expect((await ada.delete('/api/organisation/membership')).status).toBe(409)
    expect((await ada.put(`/api/organisation/members/${me}`, { role: 'reader' })).status).toBe(409)
    const bo = await joins(ada, BO)

    expect((await ada.delete('/api/organisation/membership')).status).toBe(409)
    expect((await ada.put(`/api/organisation/members/${await keyOf(ada, BO)}`, { role: 'manager' })).status).toBe(204)
    expect((await ada.delete('/api/organisation/membership')).status).toBe(204)
    expect((await read(ada)).organisation).toBeNull()
    expect(await read(bo)).toMatchObject({ me: { role: 'manager' }, members: [{ email: BO }] })
  })

  test('two managers who leave at once leave one behind', async () => {
    const ada = await founder()
    const bo = await joins(ada, BO, { role: 'manager' })

    const answers = await Promise.all([ada.delete('/api/organisation/membership'), bo.delete('/api/organisation/membership')])

    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
    expect(await rows('organisation_members')).toHaveLength(1)
  })

  test('tells who is concerned when rights change or end', async () => {
    const ada = await founder()
    const bo = await joins(ada, BO)
    const key = await keyOf(ada, BO)
    await ada.put(`/api/organisation/members/${key}`, { role: 'reader' })
    await torv.settle()
    expect((await torv.mails()).at(-1)).toMatchObject({ to: BO, subject: expect.stringContaining('rights') })

    await ada.delete(`/api/organisation/members/${key}`)
    await torv.settle()
    expect((await torv.mails()).at(-1)).toMatchObject({ to: BO, subject: expect.stringContaining('no longer') })
    expect((await read(bo)).organisation).toBeNull()
  })

  test('staff sees it and sets how its prices are shown; customers do not', async () => {
    const ada = await founder()
    const [{ id } = { id: 0 }] = await torv.services.db.all<{ id: number }>('select id from organisations')
    const staff = await torv.staff()

    expect(await (await staff.get(`/api/desk/organisations/${id}`)).json()).toMatchObject({
      organisation: { name: CANARY },
      members: [{ email: ADA }],
    })
    expect((await staff.put(`/api/desk/organisations/${id}/price-terms`, { priceTerms: 'on-request' })).status).toBe(204)
    expect(await torv.services.db.get('select price_terms from organisations')).toEqual({ price_terms: 'on-request' })
    expect((await ada.get(`/api/desk/organisations/${id}`)).status).toBe(403)
    expect((await staff.get('/api/desk/organisations/999')).status).toBe(404)
  })
})

describe('an invitation', () => {
  test('SI1 to an address we know and to one we do not looks the same', async () => {
    const ada = await founder()
    await torv.signedIn(GRACE)

    const known = await ada.post('/api/organisation/invitations', { email: GRACE, role: 'member' })
    const unknown = await ada.post('/api/organisation/invitations', { email: 'nobody@globex.example', role: 'member' })
    await torv.settle()

    expect([known.status, unknown.status]).toEqual([202, 202])
    expect(await unknown.text()).toBe(await known.text())
    expect([...unknown.headers]).toEqual([...known.headers])
    const mails = (await torv.mails()).slice(-2)
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(1)
    expect(new Set(mails.map(({ text }) => text.replace(/invitations\/[\w-]+/, ''))).size).toBe(1)
    const { invitations } = await read(ada)
    expect(Object.keys(invitations[0] ?? {})).toEqual(Object.keys(invitations[1] ?? {}))
  })

  test('SI5 works once, for seven days, and not after it was sent again', async () => {
    const ada = await founder()
    const bo = await torv.signedIn(BO)
    const first = await invite(ada, BO)
    expect((await bo.get(`/api/invitations/${first}`)).status).toBe(200) // or what follows would prove nothing
    const { invitations } = await read(ada)
    await ada.post(`/api/organisation/invitations/${invitations[0]?.key}/sending`)
    expect((await bo.get(`/api/invitations/${first}`)).status).toBe(404) // even before the new mail is out
    const second = await tokenFor(BO)
    expect(second).not.toBe(first)
    expect((await bo.post(`/api/invitations/${first}/acceptance`)).status).toBe(404)
    expect((await bo.post(`/api/invitations/${second}/acceptance`)).status).toBe(204)
    expect((await bo.post(`/api/invitations/${second}/acceptance`)).status).toBe(404)

    const late = await invite(ada, 'late@acme.example')
    const latecomer = await torv.signedIn('late@acme.example')
    torv.clock.forward(7 * DAY + 1)
    expect((await latecomer.get(`/api/invitations/${late}`)).status).toBe(404)
    expect((await latecomer.post(`/api/invitations/${late}/acceptance`)).status).toBe(404)
    expect((await read(latecomer)).organisation).toBeNull()
  })

  test('is for one address; the link alone, or another’s sign-in, joins nobody', async () => {
    const ada = await founder()
    const token = await invite(ada, BO)
    const grace = await torv.signedIn(GRACE)

    expect((await torv.visitor().post(`/api/invitations/${token}/acceptance`)).status).toBe(401)
    expect((await grace.post(`/api/invitations/${token}/acceptance`)).status).toBe(403)
    expect((await read(grace)).organisation).toBeNull()
  })

  test('BN5 opening it, by a scanner or by whom it is for, uses nothing up', async () => {
    const ada = await founder()
    const token = await invite(ada, BO)
    const before = JSON.stringify([await rows('invitations'), await rows('organisation_members')])

    for (let n = 0; n < 5; n++) expect((await torv.visitor().get(`/api/invitations/${token}`)).status).toBe(200)

    expect(JSON.stringify([await rows('invitations'), await rows('organisation_members')])).toBe(before)
  })

  test('SI7 no link that works stands in the database', async () => {
    const ada = await founder()
    const token = await invite(ada, BO)
    expect(token).toHaveLength(43)

    expect(JSON.stringify([await rows('invitations'), await rows('mails'), await rows('events')])).not.toContain(token)
  })

  test('CO13 takes one address and one line of a name', async () => {
    const ada = await founder()
    for (const email of ['a@acme.example,b@acme.example', 'a@acme.example\nbcc: b@acme.example', 'a@acme.example b@acme.example'])
      expect((await ada.post('/api/organisation/invitations', { email, role: 'member' })).status).toBe(422)
    expect((await ada.put('/api/organisation', { name: 'Acme\r\nBcc: all@acme.example' })).status).toBe(422)
  })

  test('goes to so many addresses an hour, and no more', async () => {
    const ada = await founder()
    const statuses: number[] = []
    for (let n = 0; n < 22; n++) {
      statuses.push((await ada.post('/api/organisation/invitations', { email: `n${n}@acme.example`, role: 'member' })).status)
    }
    expect(statuses.slice(0, 20).every((status) => status === 202)).toBe(true)
    expect(statuses.slice(20)).toEqual([429, 429])
  })
})

describe('from outside', () => {
  test('SI10 an unverified address or a matching mail domain sees nothing', async () => {
    const ada = await founder()
    const neighbour = await torv.signedIn('eve@acme.example')
    expect((await read(neighbour)).organisation).toBeNull()
    expect((await neighbour.put('/api/organisation', { name: 'Mine' })).status).toBe(404)

    const bo = await joins(ada, BO, { role: 'manager' })
    expect((await read(bo)).organisation?.name).toBe(CANARY) // or what follows would prove nothing
    await torv.services.db.batch([{ sql: 'update contacts set email_verified_at = null where email = :email', args: { email: BO } }])
    expect((await read(bo)).organisation).toBeNull()
    expect((await bo.post('/api/organisation/invitations', { email: 'eve@acme.example', role: 'manager' })).status).toBe(404)
    await torv.services.db.batch([
      { sql: 'update contacts set email_verified_at = null where email = :email', args: { email: 'eve@acme.example' } },
    ])
    expect((await neighbour.post('/api/organisation', { name: 'Evil' })).status).toBe(403)
  })

  test('AC1 AC2 another organisation’s members and invitations do not exist', async () => {
    const ada = await founder()
    await joins(ada, BO)
    await invite(ada, 'new@acme.example')
    const { members, invitations } = await read(ada)
    const grace = await torv.signedIn(GRACE)
    await grace.post('/api/organisation', { name: 'Globex' })
    const before = JSON.stringify([await rows('organisation_members'), await rows('invitations'), await rows('organisations')])
    const never = await (await grace.delete('/api/organisation/members/AAAAAAAAAAAAAAAA')).text()

    for (const { key } of members) {
      const answer = await grace.delete(`/api/organisation/members/${key}`)
      expect(answer.status).toBe(404)
      expect(await answer.text()).toBe(never)
      expect((await grace.put(`/api/organisation/members/${key}`, { role: 'member' })).status).toBe(404)
    }
    for (const { key } of invitations) {
      expect((await grace.delete(`/api/organisation/invitations/${key}`)).status).toBe(404)
      expect((await grace.post(`/api/organisation/invitations/${key}/sending`)).status).toBe(404)
    }
    expect(JSON.stringify(await read(grace))).not.toContain('acme')
    expect(JSON.stringify([await rows('organisation_members'), await rows('invitations'), await rows('organisations')])).toBe(before)
  })

  test('AC2 a member who does not manage changes nothing', async () => {
    const ada = await founder()
    const bo = await joins(ada, BO, { role: 'buyer', acceptsUpTo: { DKK: 1 } })
    const { members } = await read(bo)
    const mine = members.find(({ email }) => email === BO)?.key
    const before = JSON.stringify([await rows('organisation_members'), await rows('invitations'), await rows('organisations')])

    const answers = [
      await bo.put('/api/organisation', { name: 'Mine' }),
      await bo.put('/api/organisation/rules', { approvalOver: null, approvers: 'asked', contactAccepts: true }),
      await bo.post('/api/organisation/invitations', { email: 'x@acme.example', role: 'manager' }),
      await bo.put(`/api/organisation/members/${mine}`, { role: 'manager' }),
      await bo.delete(`/api/organisation/members/${members[0]?.key}`),
    ]

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    expect(JSON.stringify([await rows('organisation_members'), await rows('invitations'), await rows('organisations')])).toBe(before)
  })

  test('AC10 no field of a body makes somebody more than they are', async () => {
    const ada = await torv.signedIn(ADA)
    const more = {
      role: 'manager',
      organisation: 1,
      organisationId: 1,
      id: 77,
      priceTerms: 'shown',
      contactId: 1,
      emailVerified: true,
      secret: 'x',
    }
    await ada.post('/api/organisation', { name: 'Acme', ...more })
    const token = await invite(ada, BO, { role: 'member' })
    const bo = await torv.signedIn(BO)
    await bo.post(`/api/invitations/${token}/acceptance`, { ...more })
    await ada.put('/api/organisation', { name: 'Acme', ...more, priceTerms: 'on-request' })

    expect((await read(bo)).me.role).toBe('member')
    expect(await torv.services.db.get('select id, price_terms from organisations')).toEqual({ id: 1, price_terms: 'shown' })
    expect((await ada.post('/api/organisation/invitations', { email: 'x@acme.example', role: 'admin' })).status).toBe(422)
    expect(
      (await ada.post('/api/organisation/invitations', { email: 'x@acme.example', role: 'buyer', acceptsUpTo: { DKK: -1 } })).status,
    ).toBe(422)
  })

  test('AC4 500 guesses of invitations from one address all fail, and from the 60th are told to wait', async () => {
    await founder()
    const guesser = torv.visitor('198.51.100.77')
    const statuses: number[] = []
    for (let n = 0; n < 500; n++) statuses.push((await guesser.get(`/api/invitations/${String(n).padStart(43, 'x')}`)).status)

    expect(statuses.slice(0, 59).every((status) => status === 404)).toBe(true)
    expect(statuses.slice(59).every((status) => status === 429)).toBe(true)
  })
})
