import { existsSync, readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { startTorv, stopTorvs } from '../support/torv.ts'

const file = '../shared/data/naughty-strings/blns.json'
const strings = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : []
if (!strings.length) console.log(`Skipped: strings that tend to break software, since ${file} is not there`)

afterEach(stopTorvs)

test.skipIf(!strings.length)(
  'strings that tend to break software are taken as they are, or refused with the field named',
  async () => {
    const torv = await startTorv()
    const staff = await torv.staff()
    const draft = { kind: 'question', name: 'Ada', email: 'ada@acme.example', locale: 'en' }
    const wrong: unknown[] = []

    for (const [at, naughty] of strings.entries()) {
      const client = torv.visitor(`10.1.${at >> 8}.${at & 255}`)
      const opened = await client.post('/api/tickets', { ...draft, subject: naughty, text: naughty, name: naughty })
      if (opened.status === 422) {
        const { errors } = (await opened.json()) as { errors: object }
        if (!Object.keys(errors).length) wrong.push({ naughty, errors })
        continue
      }
      const { reference } = (await opened.json()) as { reference: string }
      const shown = (await (await client.get(`/api/tickets/${reference}`)).json()) as { subject: string; messages: { text: string }[] }
      // Controls are dropped and line ends made one kind; every other letter is as it was typed.
      const kept = naughty
        .toWellFormed()
        .replace(/\r\n?/g, '\n')
        .replace(/\p{Cc}/gu, (control) => (control > '\u007f' || control === '\n' || control === '\t' ? control : ''))
        .trim()
      if (opened.status !== 201 || shown.messages[0]?.text !== kept) wrong.push({ naughty, status: opened.status, shown })
    }
    for (const naughty of strings) {
      for (const path of [
        `/api/help/search?q=${encodeURIComponent(naughty.toWellFormed())}`,
        `/api/tickets/${encodeURIComponent(naughty.toWellFormed())}`,
      ]) {
        const { status } = await torv.visitor(`10.2.0.${strings.indexOf(naughty) % 250}`).get(path)
        if (status >= 500) wrong.push({ path, status })
      }
    }

    expect(wrong).toEqual([])
    expect((await staff.get('/api/desk/tickets')).status).toBe(200)
  },
  120_000,
)
