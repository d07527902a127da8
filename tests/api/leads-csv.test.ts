import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { neutralised, readCsv, restored, writeCsv } from '../../api/platform/csv.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const FORMULA = /^[=+\-@\t\r\n]/
const EVIL = [
  '=cmd|" /C calc"!A0',
  '+45 70 00 00 00',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r\n=1',
  '\n=1',
  "'=1",
  "'",
  '"',
  '=1;=2',
  '=HYPERLINK("http://evil.example")',
]

describe('CSV', () => {
  test.each(EVIL)('CO12 a cell that reads %j is text to a spreadsheet', (text) => {
    const written = writeCsv([['x', text]])
    const cell = written.slice('"x",'.length)

    expect(cell.startsWith('"')).toBe(true)
    if (FORMULA.test(text)) expect(cell.startsWith(`"'`)).toBe(true)
    expect(readCsv(`"a","b"\r\n${written}`)[1]?.[1]).toBe(text)
  })

  test('CO12 numbers stay numbers', () => {
    expect(writeCsv([[-5, 3.25, 0, null, '-5']])).toBe(`-5,3.25,0,,"'-5"\r\n`)
  })

  test('CO12 reading what was written gives what was there, whatever it was', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...EVIL), fc.stringMatching(/^['=+\-@\t\r\n]{1,3}[a-z";,]*$/))
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 8 })

    fc.assert(
      fc.property(rows, (rows) => {
        const written = writeCsv([['first', 'second'], ...rows])
        expect(readCsv(written).slice(1)).toEqual(rows)
        for (const text of rows.flat()) {
          expect(FORMULA.test(neutralised(text))).toBe(false)
          expect(restored(neutralised(text))).toBe(text)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('as Danish spreadsheets write it is read, too', () => {
    expect(readCsv('\uFEFFemail;navn\r\nada@acme.example;"Lund; Ada"\r\n')).toEqual([
      ['email', 'navn'],
      ['ada@acme.example', 'Lund; Ada'],
    ])
  })
})

describe('a file of contacts', () => {
  let torv: Torv
  let staff: Client
  beforeEach(async () => {
    torv = await startTorv()
    staff = await torv.staff()
  })
  afterEach(stopTorvs)

  type Read = {
    status: string
    total: number
    done: number
    rows: { number: number; outcome: string; email: string; remarks: { field: string; known: string; error: string }[] }[]
    counts: { outcome: string; n: number }[]
  }

  async function read(csv: string, client = staff): Promise<string> {
    const answer = await client.request('POST', '/api/desk/leads/imports?name=leads.csv', csv, { 'content-type': 'text/csv' })
    if (answer.status !== 201) throw new Error(await answer.text())
    return ((await answer.json()) as { token: string }).token
  }

  async function judged(token: string, query = ''): Promise<Read> {
    return (await (await staff.get(`/api/desk/leads/imports/${token}${query}`)).json()) as Read
  }

  async function take(token: string, conflicts = 'keep') {
    expect((await staff.post(`/api/desk/leads/imports/${token}/start`, { conflicts })).status).toBe(202)
    await expect.poll(async () => (await judged(token)).status, { timeout: 60_000 }).toBe('done')
  }

  async function exported(query = ''): Promise<string> {
    const answer = await staff.get(`/api/desk/leads/export${query}`)
    expect(answer.headers.get('content-type')).toContain('text/csv')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="leads-\d{4}-\d\d-\d\d\.csv"$/)
    return Buffer.from(await answer.arrayBuffer()).toString('utf8')
  }

  const contacts = () =>
    torv.services.db.all<{ email: string; name: string; company: string; phone: string }>(
      'select email, name, company, phone from contacts order by email',
    )

  test('is judged row by row before anything changes', async () => {
    const token = await read(
      [
        'email,name,stage,next_contact,owner',
        'ada@acme.example,Ada,new,,',
        'nobody,Bo,,,',
        'eve@x.example,Eve,rich,31/12/2026,',
        'ADA@acme.example ,Again,,,',
        'kim@x.example,Kim,,,stranger@x.example',
      ].join('\n'),
    )

    const { rows, total } = await judged(token)
    expect(total).toBe(5)
    expect(rows.map(({ number, outcome }) => [number, outcome])).toEqual([
      [2, 'new'],
      [3, 'wrong'],
      [4, 'wrong'],
      [5, 'repeated'],
      [6, 'wrong'],
    ])
    expect(rows[1]?.remarks).toMatchObject([{ field: 'email', error: expect.stringContaining('e-mail address') }])
    expect(rows[2]?.remarks.map(({ field }) => field)).toEqual(['stage', 'nextContactOn'])
    expect(rows[4]?.remarks).toMatchObject([{ field: 'owner' }])
    expect(await contacts()).toEqual([])

    await take(token)
    expect(await contacts()).toMatchObject([{ email: 'ada@acme.example', name: 'Ada' }])
    expect((await staff.post(`/api/desk/leads/imports/${token}/start`, { conflicts: 'keep' })).status).toBe(409)
  })

  test('fills in what was not known, and writes over what was only when told to', async () => {
    await take(await read('email,name,company,phone\nada@acme.example,Ada,Acme,'))
    const again = 'email,name,company,phone\nada@acme.example,Ada Lund,,+45 12 34 56 78'

    const cautious = await read(again)
    expect((await judged(cautious)).rows).toMatchObject([{ outcome: 'conflict', remarks: [{ field: 'name', known: 'Ada' }] }])
    await take(cautious)
    expect(await contacts()).toEqual([{ email: 'ada@acme.example', name: 'Ada', company: 'Acme', phone: '+45 12 34 56 78' }])

    await take(await read(again), 'overwrite')
    expect(await contacts()).toEqual([{ email: 'ada@acme.example', name: 'Ada Lund', company: 'Acme', phone: '+45 12 34 56 78' }])
    expect((await judged(await read(again))).rows).toMatchObject([{ outcome: 'same' }])
  })

  test('CO12 that was exported comes back as it was, and never as a formula', async () => {
    const names = ['=1+1', '+45', '-x', '@home', "'quoted", '"', 'Æblegård; "søn", & co.']
    const csv = writeCsv([
      ['email', 'name', 'company', 'phone', 'stage', 'source', 'next_contact', 'note'],
      ...names.map((name, n) => [`p${n}@x.example`, name, name, '+45 70 00 00 00', 'qualified', '=source', '2027-01-31', '=note']),
    ])
    await take(await read(csv))
    const first = await exported('?sort=name')
    expect(first.startsWith('\uFEFF"email","name"')).toBe(true)
    expect(first).toContain(`"'+45 70 00 00 00"`)
    expect(first).toContain('"2027-01-31"')
    expect(
      readCsv(first)
        .slice(1)
        .map((row) => row[1])
        .sort(),
    ).toEqual([...names].sort())
    for (const cell of first.slice(1).split(/(?:,|\r\n)(?=")/)) expect(cell).not.toMatch(/^"[=+\-@\t\r\n]/)

    const other = await startTorv()
    const colleague = await other.staff()
    const token = await read(first, colleague)
    await colleague.post(`/api/desk/leads/imports/${token}/start`, { conflicts: 'keep' })
    await expect.poll(async () => ((await (await colleague.get(`/api/desk/leads/imports/${token}`)).json()) as Read).status).toBe('done')
    const second = Buffer.from(await (await colleague.get('/api/desk/leads/export?sort=name')).arrayBuffer()).toString('utf8')
    const withoutCreated = (text: string) => readCsv(text).map((row) => row.slice(0, -1))
    expect(withoutCreated(second)).toEqual(withoutCreated(first))
  })

  test('of ten thousand rows is taken in, with progress', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => `p${n}@many.example,Person ${n}`)
    const token = await read(['email,name', ...rows].join('\n'))
    expect((await judged(token)).total).toBe(10_000)

    await take(token)

    expect((await judged(token)).done).toBe(10_000)
    expect(readCsv(await exported('?q=many.example'))).toHaveLength(10_001)
    expect((await staff.request('POST', '/api/desk/leads/imports', ['email', ...rows, 'one@more.example'].join('\n'), {})).status).toBe(422)
  }, 120_000)

  test('that is none is refused with a reason', async () => {
    const send = (text: string) => staff.request('POST', '/api/desk/leads/imports', text, { 'content-type': 'text/csv' })

    expect(await (await send('name,phone\nAda,1')).json()).toMatchObject({ errors: { file: expect.stringContaining('email') } })
    expect((await send('')).status).toBe(422)
    expect((await send('email,"name\nx')).status).toBe(422)
    expect((await send('x'.repeat(6_000_000))).status).toBe(413)
    expect(await contacts()).toEqual([])
  })

  test('goes on after a crash, without doing anything twice', async () => {
    const token = await read(['email,name', ...Array.from({ length: 250 }, (_, n) => `p${n}@x.example,P ${n}`)].join('\n'))
    // As a process leaves it that dies after its first chunk.
    await torv.services.db.batch([{ sql: `update lead_imports set status = 'running', done = 100 where token = :token`, args: { token } }])
    torv.clock.forward(5 * 60_000)
    const { resumeImports } = await import('../../api/leads/import-run.ts')

    await Promise.all([resumeImports(torv.services), resumeImports(torv.services)])

    expect(await judged(token)).toMatchObject({ status: 'done', done: 250 })
    expect(await contacts()).toHaveLength(150)
    expect(await torv.services.db.all(`select id from events where kind = 'lead.created'`)).toHaveLength(150)
  })
})
