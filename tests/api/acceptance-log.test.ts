import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acceptQuote } from '../../api/quotes/acceptance.ts'
import { checkLog } from '../../api/quotes/acceptances/log.ts'
import { quoteByReference } from '../../api/quotes/store.ts'
import { closeServices, openServices } from '../../api/services.ts'
import type { Client } from '../support/client.ts'
import { textOf } from '../support/pdf.ts'
import { acceptanceOf, askFor, offer, offered, read, WANTED } from '../support/quotes.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const SIGNATURE = [
  [40, 150, 60, 90, 120, 40, 200, 130],
  [300, 20],
]
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
})
afterEach(stopTorvs)

type Evidence = { document: string; person: string; entry: string; documentHash: string; entryHash: string }

async function accepted(more: object = {}, lines: object[] = [WANTED]) {
  const { ada, reference, shown } = await offered(torv, staff, lines)
  const answer = await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown, more))
  if (!answer.ok) throw new Error(await answer.text())
  return { ada, reference, shown }
}

async function verdict(hash: string, client = torv.visitor()) {
  const answer = await client.get(`/api/verify/${hash}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

async function evidence(client: Client, reference: string): Promise<Evidence> {
  const answer = await client.get(`/api/quotes/${reference}/acceptance/evidence`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Evidence
}

const entries = () =>
  torv.services.db.all<{ kind: string; hash: string; previous: string }>('select kind, hash, previous from acceptances order by id')

describe('the log of acceptances', () => {
  test('QU4 keeps who accepted what, when, from where and how, under hashes that any tool can check', async () => {
    const { ada, reference, shown } = await accepted({ purchaseOrder: 'PO-4711', signature: SIGNATURE })

    const { document, person, entry, documentHash, entryHash } = await evidence(ada, reference)

    expect([sha256(document), sha256(entry)]).toEqual([documentHash, entryHash])
    expect(documentHash).toBe(shown.hash)
    expect(JSON.parse(entry)).toMatchObject({ kind: 'accepted', reference, revision: 1, documentHash, personHash: sha256(person) })
    expect(JSON.parse(entry)).toMatchObject({ termsVersion: '2026-01', previous: '0'.repeat(64), at: expect.stringMatching(/^2.*Z$/) })
    expect(JSON.parse(person)).toMatchObject({ name: 'Ada Lund', purchaseOrder: 'PO-4711', signature: SIGNATURE, address: '192.0.2.1' })
    expect(JSON.parse(document)).toMatchObject({ reference, total: shown.document.total })
  })

  test('keeps the document as the buyer had chosen it', async () => {
    const optional = { text: 'Service', quantity: 1, unitPrice: 100_000, optional: true, selected: false, options: {} }
    const { ada, reference, shown } = await offered(torv, staff, [WANTED, optional])
    const choices = { [shown.document.lines[1]?.id ?? '']: { selected: true } }
    await ada.put(`/api/quotes/${reference}/choices`, { revision: 1, choices })
    const chosen = await read(ada, reference)
    expect(chosen.hash).not.toBe(shown.hash)

    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(chosen))).status).toBe(204)

    const { document, documentHash } = await evidence(ada, reference)
    expect(documentHash).toBe(chosen.hash)
    expect(sha256(document)).toBe(documentHash)
    expect(JSON.parse(document)).toMatchObject({ total: chosen.document.total })
    expect(await checkLog(torv.services)).toEqual({ entries: 1, mistake: undefined })
  })

  test('tells whoever holds the hash whether it was accepted, and nothing about whom', async () => {
    const { ada, reference, shown } = await accepted({ purchaseOrder: 'PO-canary', signature: SIGNATURE })
    const { entryHash } = await evidence(ada, reference)

    const answers = [await verdict(shown.hash), await verdict(entryHash), await verdict(shown.hash.toUpperCase())]

    for (const answer of answers) {
      expect(answer).toEqual({
        ...{ accepted: true, at: expect.any(Number), revision: 1, termsVersion: '2026-01', undoneAt: null, intact: true },
        ...{ documentHash: shown.hash, entryHash },
      })
      expect(JSON.stringify(answer)).not.toMatch(/Ada|Lund|canary|192\.0|Q-\w{6}|59378|5937813/)
    }
  })

  test('tells nothing of a version that was sent and not accepted', async () => {
    const { shown } = await offered(torv, staff)

    expect(await verdict(shown.hash)).toEqual({ accepted: false })
    expect(await verdict('0'.repeat(64))).toEqual({ accepted: false })
    expect((await torv.visitor().get('/api/verify/xyz')).status).toBe(422)
  })

  test('AC4 lets nobody try hash after hash', async () => {
    const guesser = torv.visitor('198.51.100.7')
    const statuses = []
    for (let n = 0; n < 61; n++) statuses.push((await guesser.get(`/api/verify/${sha256(String(n))}`)).status)

    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([200]))
    expect(statuses.at(-1)).toBe(429)
  })

  test('gets an entry for what is taken back, too', async () => {
    const { ada, reference, shown } = await accepted()
    expect((await ada.delete(`/api/quotes/${reference}/acceptance`)).status).toBe(204)

    expect((await entries()).map(({ kind }) => kind)).toEqual(['accepted', 'undone'])
    expect(await verdict(shown.hash)).toMatchObject({ accepted: true, undoneAt: expect.any(Number), intact: true })
    expect((await ada.get(`/api/quotes/${reference}/acceptance/evidence`)).status).toBe(404)

    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown))).status).toBe(204)
    expect(await verdict(shown.hash)).toMatchObject({ accepted: true, undoneAt: null })
    expect(await checkLog(torv.services)).toEqual({ entries: 3, mistake: undefined })
  })

  test('AC1 shows its evidence to the buyer and to staff, and to nobody else', async () => {
    const { ada, reference } = await accepted()
    const grace = await torv.signedIn('grace@globex.example')
    const path = `/api/quotes/${reference}/acceptance/evidence`
    expect((await ada.get(path)).headers.get('content-disposition')).toBe(`attachment; filename="${reference}-acceptance.json"`)

    expect((await grace.get(path)).status).toBe(404)
    expect((await torv.visitor().get(path)).status).toBe(404)
    expect((await ada.get(`/api/desk/quotes/${reference}/acceptance/evidence`)).status).toBe(403)
    expect((await staff.get(`/api/desk/quotes/${reference}/acceptance/evidence`)).status).toBe(200)
  })

  test('is on paper: who, when, the order number and the hash', async () => {
    const { ada, reference, shown } = await accepted({ purchaseOrder: 'PO-4711', signature: SIGNATURE })

    const pdf = await ada.get(`/api/quotes/${reference}/pdf`)
    const text = await textOf(new Uint8Array(await pdf.arrayBuffer()))

    for (const words of ['Accepted by Ada Lund', 'PO-4711', `(SHA-256): ${shown.hash}`]) expect(text).toContain(words)
    expect(text).not.toContain('Accept this quote')
  })

  test('refuses to be changed or shortened, except that what is personal may be forgotten', async () => {
    await accepted()
    const { db } = torv.services

    await expect(db.batch([{ sql: `update acceptances set entry = '{}'` }])).rejects.toThrow('never changed')
    await expect(db.batch([{ sql: `update acceptances set person = '{}', document = null` }])).rejects.toThrow('never changed')
    await expect(db.batch([{ sql: 'delete from acceptances' }])).rejects.toThrow('never deleted')
    await db.batch([{ sql: 'update acceptances set person = null, document = null' }])

    expect(await checkLog(torv.services)).toEqual({ entries: 1, mistake: undefined })
  })

  test.each([
    ['a name', `update acceptances set person = replace(person, 'Ada', 'Eve') where id = 2`, 'who accepted was changed'],
    ['a price', `update acceptances set document = replace(document, '5937813', '5937812') where id = 2`, 'its document was changed'],
    ['a time', `update acceptances set at = at - 86400000 where id = 2`, 'another time'],
    ['an entry', `update acceptances set entry = replace(entry, '2026-01', '2025-01') where id = 2`, 'not what its hash names'],
    ['what an entry is', `update acceptances set kind = 'undone' where id = 2`, 'columns say something else'],
    ['an entry away', 'delete from acceptances where id = 2', 'does not follow'],
    ['the last entry away', 'delete from acceptances where id = 3', 'does not say so'],
  ])('shows when somebody with the database file changes %s', async (_what, sql, mistake) => {
    for (let n = 0; n < 3; n++) await accepted()
    expect(await checkLog(torv.services)).toEqual({ entries: 3, mistake: undefined })

    const lifted = [
      'drop trigger an_acceptance_is_never_changed',
      'drop trigger an_acceptance_is_never_deleted',
      'pragma foreign_keys = off',
    ]
    await torv.services.db.batch([...lifted, sql].map((sql) => ({ sql })))

    expect((await checkLog(torv.services)).mistake).toContain(mistake)
  })

  test('shows a changed entry to whoever verifies an older one', async () => {
    const { shown } = await accepted()
    await accepted()
    expect(await verdict(shown.hash)).toMatchObject({ intact: true })

    const change = `update acceptances set person = replace(person, 'Ada', 'Eve') where id = 2`
    await torv.services.db.batch(['drop trigger an_acceptance_is_never_changed', change].map((sql) => ({ sql })))

    expect(await verdict(shown.hash)).toMatchObject({ accepted: true, intact: false })
  })
})

describe('many at once', () => {
  async function manyOffers(ada: Client, count: number) {
    const references: string[] = []
    for (let n = 0; n < count; n++) {
      torv.services.limits.clear('quotes from 192.0.2.1') // nobody asks for so many in a minute
      references.push(await askFor(ada))
    }
    for (const reference of references) await offer(staff, reference)
    return { references, shown: await Promise.all(references.map((reference) => read(ada, reference))) }
  }

  test('thirty acceptances of different quotes make one unbroken chain', async () => {
    const ada = await torv.signedIn('ada@acme.example')
    const { references, shown } = await manyOffers(ada, 30)

    const answers = await Promise.all(
      references.map((reference, n) => ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown[n] ?? shown[0] ?? never()))),
    )

    expect(answers.map(({ status }) => status)).toEqual(references.map(() => 204))
    const chain = await entries()
    expect(chain).toHaveLength(30)
    chain.forEach(({ previous }, n) => {
      expect(previous).toBe(chain[n - 1]?.hash ?? '0'.repeat(64))
    })
    expect(await checkLog(torv.services)).toEqual({ entries: 30, mistake: undefined })
  })

  test.runIf(process.env.TEST_DATABASE === 'server')('two processes on one database server do not fork it', async () => {
    const ada = await torv.signedIn('ada@acme.example')
    const other = await openServices(torv.services.config, { log: () => {} })
    const { references, shown } = await manyOffers(ada, 16)

    await Promise.all(
      references.map(async (reference, n) => {
        const quote = await quoteByReference(torv.services, reference)
        const { document } = shown[n] ?? never()
        if (quote) await acceptQuote(n % 2 ? other : torv.services, quote, { revision: 1, totalMinor: document.total, name: 'Ada' })
      }),
    )

    expect(await checkLog(torv.services)).toEqual({ entries: 16, mistake: undefined })
    await closeServices(other)
  })
})

describe('a signature', () => {
  test('AC10 CO1 is a drawing of whole numbers on its sheet, or it is refused', async () => {
    const { ada, reference, shown } = await offered(torv, staff)
    const wrong: unknown[] = [
      ...[
        '<svg onload=alert(1)>',
        { length: 2 },
        [['M0 0']],
        [[1]],
        [[1, 2, 3]],
        [[1.5, 2]],
        [[-1, 0]],
        [[601, 0]],
        [[0, 201]],
        [['1', '2']],
        [[null, 1]],
      ],
      ...[
        [[Number.MAX_SAFE_INTEGER, 1]],
        [[]],
        Array.from({ length: 81 }, () => [1, 1]),
        [Array.from({ length: 4_002 }, () => 1)],
        [[[1, 2]]],
      ],
    ]

    for (const signature of wrong) {
      const answer = await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown, { signature }))
      expect(answer.status, JSON.stringify(signature).slice(0, 60)).toBe(422)
    }
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (signature) => {
        fc.pre(JSON.stringify(signature) !== '[]')
        const answer = await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown, { signature }))
        expect(answer.status).toBe(422)
      }),
      { numRuns: 100 },
    )
    expect(await entries()).toEqual([])
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown, { signature: SIGNATURE }))).status).toBe(204)
  })

  test('AC10 says nothing beyond what is asked: address, time and hash are the server’s', async () => {
    const forged = { address: '203.0.113.66', at: 1, personHash: 'f'.repeat(64), previous: 'f'.repeat(64), termsVersion: 'mine', salt: '1' }
    const { ada, reference } = await accepted(forged)

    const { person, entry } = await evidence(ada, reference)

    expect(person + entry).not.toMatch(/203\.0\.113\.66|ffff|mine|1970/)
  })
})

function never(): never {
  throw new Error('There are as many quotes as references')
}
