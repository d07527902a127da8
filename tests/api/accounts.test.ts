import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { newSetupLink } from '../../api/accounts/store.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ada = 'ada@acme.example'
const password = 'a long enough password'

let torv: Torv
beforeEach(async () => {
  torv = await startTorv()
})
afterEach(async () => {
  vi.useRealTimers()
  await stopTorvs()
})

async function codeFor(email: string): Promise<string> {
  await torv.settle()
  const mail = (await torv.mails()).findLast(({ to }) => to === email)
  const code = /\b(\d{3}) (\d{3})\b/.exec(mail?.text ?? '')
  return `${code?.[1]}${code?.[2]}`
}

async function whoIs(client: Client): Promise<string | undefined> {
  const { user } = (await (await client.get('/api/me')).json()) as { user: { email: string } | null }
  return user?.email
}

function shapeOf(response: Response) {
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie').sort()
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, '=…').replace(/Expires=[^;]*/, ''))
  return { status: response.status, headers, cookies }
}

/** Every byte that was written, apart from the mails that stand in for the recipients' mailboxes. */
async function bytesOf(folders: string[]): Promise<string> {
  const listed = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })))
  const files = listed.flat().filter((entry) => entry.isFile() && !entry.parentPath.endsWith('outbox'))
  const bytes = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name))))
  return Buffer.concat(bytes).toString('latin1')
}

describe('signing in by code', () => {
  test('makes an account of any address that proves itself', async () => {
    const client = torv.visitor()
    await client.post('/api/sign-in/codes', { email: ' Ada@Acme.example ' })

    const answer = await client.post('/api/sign-in', { code: await codeFor(ada) })

    expect(answer.status).toBe(200)
    expect(await whoIs(client)).toBe(ada)
  })

  test('SI1 a known and an unknown address get the same answer and the same mail', async () => {
    await torv.signedIn(ada)

    const known = await torv.visitor().post('/api/sign-in/codes', { email: ada })
    const unknown = await torv.visitor().post('/api/sign-in/codes', { email: 'nobody@globex.example' })
    const wrongPassword = await torv.visitor().post('/api/sign-in/password', { email: ada, password: 'not the password' })
    const noUser = await torv.visitor().post('/api/sign-in/password', { email: 'nobody@globex.example', password: 'not the password' })
    await torv.settle()

    expect(shapeOf(unknown)).toEqual(shapeOf(known))
    expect(await unknown.text()).toBe(await known.text())
    expect(shapeOf(noUser)).toEqual(shapeOf(wrongPassword))
    expect(await noUser.text()).toBe(await wrongPassword.text())
    const subjects = (await torv.mails()).slice(-2).map(({ subject }) => subject.replace(/\d/g, '0'))
    expect(new Set(subjects).size).toBe(1)
  })

  test('SI4 a code works once, in the asking browser, for ten minutes, and not after a newer one', async () => {
    const [asking, other] = [torv.visitor(), torv.visitor()]
    await asking.post('/api/sign-in/codes', { email: ada })
    const first = await codeFor(ada)
    await other.post('/api/sign-in/codes', { email: 'grace@globex.example' })

    expect((await other.post('/api/sign-in', { code: first })).status).toBe(422) // another browser
    expect((await torv.visitor().post('/api/sign-in', { code: first })).status).toBe(422) // one that never asked
    expect((await asking.get(`/api/sign-in?code=${first}`)).status).toBe(404) // merely fetched
    expect(await whoIs(asking)).toBeUndefined()

    const before = new Map(asking.cookies)
    await asking.post('/api/sign-in/codes', { email: ada })
    const second = await codeFor(ada)
    const newer = new Map(asking.cookies)
    for (const [name, value] of before) asking.cookies.set(name, value)
    expect((await asking.post('/api/sign-in', { code: first })).status).toBe(422) // a newer one was asked for

    for (const [name, value] of newer) asking.cookies.set(name, value)
    expect((await asking.post('/api/sign-in', { code: second })).status).toBe(200) // or all of the above would prove nothing
    for (const [name, value] of newer) asking.cookies.set(name, value)
    expect((await asking.post('/api/sign-in', { code: second })).status).toBe(422) // twice

    await other.post('/api/sign-in/codes', { email: 'late@acme.example' })
    const late = await codeFor('late@acme.example')
    torv.clock.forward(11 * 60_000)
    expect((await other.post('/api/sign-in', { code: late })).status).toBe(422) // late
  })

  test('SI2 sends at most three codes to one address in a quarter of an hour', async () => {
    const answers = []
    for (let n = 0; n < 12; n++) answers.push((await torv.visitor(`192.0.2.${n}`).post('/api/sign-in/codes', { email: ada })).status)
    await torv.settle()

    expect(answers.slice(0, 3)).toEqual([202, 202, 202])
    expect(new Set(answers.slice(3))).toEqual(new Set([429]))
    expect((await torv.mails()).length).toBeLessThanOrEqual(3)
  })

  test('SI3 a code dies after five wrong tries', async () => {
    const client = torv.visitor()
    await client.post('/api/sign-in/codes', { email: ada })
    const code = await codeFor(ada)
    const wrong = code === '000000' ? '111111' : '000000'

    for (let n = 0; n < 5; n++) expect((await client.post('/api/sign-in', { code: wrong })).status).toBe(422)

    expect((await client.post('/api/sign-in', { code })).status).toBe(422)
  })

  test('SI3 ten wrong passwords lock that account for that address, and nobody else', async () => {
    const owner = await torv.signedIn(ada)
    await owner.put('/api/account/password', { password })
    const thief = torv.visitor('198.51.100.9')

    const statuses: number[] = []
    for (let n = 0; n < 10; n++)
      statuses.push((await thief.post('/api/sign-in/password', { email: ada, password: `guess number ${n}` })).status)

    expect(statuses).toEqual([...Array(9).fill(422), 429])
    expect((await thief.post('/api/sign-in/password', { email: ada, password })).status).toBe(429) // even the right one
    expect((await torv.visitor('192.0.2.44').post('/api/sign-in/password', { email: ada, password })).status).toBe(200)
  })

  test('names the field of a bad address in the reader’s language', async () => {
    const answer = await torv.visitor().post('/api/sign-in/codes', { email: 'ada@' }, { 'accept-language': 'da' })

    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      type: '/problems/invalid-input',
      errors: { email: expect.stringContaining('e-mailadresse') },
    })
  })
})

describe('sessions', () => {
  test('SI6 a token planted before sign-in is replaced; a new password ends all others', async () => {
    const client = torv.visitor()
    client.cookies.set('torv-session', 'p'.repeat(43))
    await client.post('/api/sign-in/codes', { email: ada })
    await client.post('/api/sign-in', { code: await codeFor(ada) })
    const elsewhere = await torv.signedIn(ada)
    expect(client.cookies.get('torv-session')).not.toBe('p'.repeat(43))
    expect(await whoIs(client)).toBe(ada)
    expect(await whoIs(elsewhere)).toBe(ada)

    const changed = await client.put('/api/account/password', { password })

    expect(changed.status).toBe(204)
    expect(await whoIs(client)).toBe(ada)
    expect(await whoIs(elsewhere)).toBeUndefined()
    expect((await torv.visitor().post('/api/sign-in/password', { email: ada, password })).status).toBe(200)
  })

  test('SI6 signing in ends the session the browser had before', async () => {
    const client = await torv.signedIn(ada)
    const old = client.cookies.get('torv-session') ?? ''
    await client.put('/api/account/password', { password })

    await client.post('/api/sign-in/password', { email: ada, password })

    const thief = torv.visitor()
    thief.cookies.set('torv-session', old)
    expect(await whoIs(client)).toBe(ada)
    expect(await whoIs(thief)).toBeUndefined()
  })

  test.each([
    ['a customer’s after 10 idle days', 'customer', [11 * DAY], false],
    ['a customer’s goes on while it is used', 'customer', [9 * DAY, 9 * DAY], true],
    ['a customer’s after 90 days in use', 'customer', Array(11).fill(8.5 * DAY), false],
    ['staff’s after 12 idle hours', 'agent', [13 * HOUR], false],
    ['staff’s after 7 days in use', 'agent', Array(17).fill(10 * HOUR), false],
  ])('SI8 %s', async (_name, role, steps, stays) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const client = role === 'customer' ? await torv.signedIn(ada) : await torv.staff()
    expect(await whoIs(client)).toBeDefined()

    for (const step of steps) {
      vi.setSystemTime(Date.now() + step)
      await whoIs(client)
    }

    expect(Boolean(await whoIs(client))).toBe(stays)
  })

  test('signing out ends the session and clears what the browser kept', async () => {
    const client = await torv.signedIn(ada)
    const token = client.cookies.get('torv-session') ?? ''

    const answer = await client.delete('/api/session')

    expect(answer.headers.get('clear-site-data')).toContain('"cache"')
    const thief = torv.visitor()
    thief.cookies.set('torv-session', token)
    expect(await whoIs(thief)).toBeUndefined()
  })

  test('SI7 no token or code that still works stands in the database, the log or the secret', async () => {
    const client = torv.visitor()
    await client.post('/api/sign-in/codes', { email: ada })
    const code = await codeFor(ada)
    const asking = client.cookies.get('torv-asking') ?? ''
    await client.post('/api/sign-in', { code })
    const session = client.cookies.get('torv-session') ?? ''
    const setup = await newSetupLink(torv.services)
    await client.put('/api/account/password', { password })
    expect([asking, session, setup].every(({ length }) => length === 43)).toBe(true) // or their absence would prove nothing

    const everything = `${await bytesOf(torv.folders)}${JSON.stringify(torv.logged)}`

    expect(everything).toContain(ada) // the database is among what was read
    for (const secret of [asking, session, setup, password]) expect(everything).not.toContain(secret)
    expect(everything).not.toMatch(new RegExp(`\\b${code.slice(0, 3)} ?${code.slice(3)}\\b`))
  })
})

describe('the first member of staff', () => {
  const admin = { name: 'Sam', email: 'sam@testvaerk.example', password }

  test('is made by the set-up link, once', async () => {
    const token = await newSetupLink(torv.services)
    const client = torv.visitor()

    const answer = await client.post('/api/set-up', { ...admin, token })

    expect(answer.status).toBe(201)
    expect(await (await client.get('/api/me')).json()).toMatchObject({ user: { role: 'admin' } })
    expect((await torv.visitor().post('/api/set-up', { ...admin, email: 'eve@evil.example', token })).status).toBe(404)
    const again = await newSetupLink(torv.services)
    expect((await torv.visitor().post('/api/set-up', { ...admin, email: 'eve@evil.example', token: again })).status).toBe(404)
  })

  test('AC10 no field of a body makes somebody more than they are', async () => {
    const client = torv.visitor()
    const more = { role: 'admin', id: 1, emailVerified: true, organisation: 1 }
    await client.post('/api/sign-in/codes', { email: ada, ...more })
    await client.post('/api/sign-in', { code: await codeFor(ada), ...more })
    await client.put('/api/account/password', { password, ...more })

    expect(await (await client.get('/api/me')).json()).toMatchObject({ user: { email: ada, role: 'customer' } })
  })
})

describe('requests from elsewhere', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['a look-alike origin', { origin: 'http://localhost:4321.evil.example' }],
    ['the origin null', { origin: 'null' }],
    ['no origin', { origin: '' }],
    ['another origin as a form', { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' }],
    ['another origin as plain text', { origin: 'https://evil.example', 'content-type': 'text/plain' }],
    ['another origin without a type', { origin: 'https://evil.example', 'content-type': '' }],
    ['another site, as the browser says', { origin: '', 'sec-fetch-site': 'cross-site' }],
    ['a sibling site, as the browser says', { origin: '', 'sec-fetch-site': 'same-site' }],
  ])('BN4 a write from %s is refused with the victim’s cookie, and changes nothing', async (_name, headers) => {
    const client = await torv.signedIn(ada)

    expect((await client.put('/api/account/password', { password }, headers)).status).toBe(403)
    expect((await client.delete('/api/session', headers)).status).toBe(403)
    expect((await torv.visitor().post('/api/sign-in/codes', { email: 'grace@globex.example' }, headers)).status).toBe(403)

    expect(await whoIs(client)).toBe(ada)
    expect((await torv.visitor().post('/api/sign-in/password', { email: ada, password })).status).toBe(422)
    expect((await client.put('/api/account/password', { password })).status).toBe(204) // from our own page it works
  })
})
