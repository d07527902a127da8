import { afterEach, beforeEach, expect, test } from 'vitest'
import { addSite } from '../../api/sites/store.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

let torv: Torv
beforeEach(async () => {
  torv = await startTorv()
})
afterEach(stopTorvs)

const votes = () => torv.services.db.all('select article, locale, helpful, comment from article_feedback order by id')

test('search finds an article in its language', async () => {
  const answer = await torv.visitor().get('/api/help/search?q=noise&locale=en')

  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ hits: [{ kind: 'article', path: expect.stringContaining('/en/help/noise') }] })
})

test('search answers to nothing with nothing, and refuses what it does not offer by field', async () => {
  const visitor = torv.visitor()

  expect(await (await visitor.get('/api/help/search?q=%20')).json()).toMatchObject({ hits: [] })
  const refused = await visitor.get('/api/help/search?q=noise&limit=9000')
  expect(refused.status).toBe(422)
  expect(await refused.json()).toHaveProperty('errors.limit')
})

test('one browser has one voice per article, and may change its mind', async () => {
  const ada = torv.visitor()
  const vote = { article: 'noise', locale: 'en' }
  expect((await ada.post('/api/help/feedback', { ...vote, helpful: true })).status).toBe(204)

  await ada.post('/api/help/feedback', { ...vote, helpful: false, comment: 'Too short' })
  await torv.visitor().post('/api/help/feedback', { ...vote, helpful: true })

  expect(await votes()).toEqual([
    { ...vote, helpful: 0, comment: 'Too short' },
    { ...vote, helpful: 1, comment: '' },
  ])
})

test('a visitor of the widget, whose browser keeps no cookie for us, has one voice all the same', async () => {
  const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example'], locale: 'en' })
  const { token } = (await (await torv.visitor().post('/api/widget/visitors', { site })).json()) as { token: string }
  const vote = { article: 'noise', locale: 'en' }
  const bearer = { authorization: `Bearer ${token}` }

  await torv.visitor().post('/api/help/feedback', { ...vote, helpful: false }, bearer)
  await torv.visitor().post('/api/help/feedback', { ...vote, helpful: false, comment: 'Which valve?' }, bearer)

  expect(await votes()).toEqual([{ ...vote, helpful: 0, comment: 'Which valve?' }])
})

test('feedback on an article that is not there is refused, and nothing is stored', async () => {
  const answer = await torv.visitor().post('/api/help/feedback', { article: 'nothing', locale: 'en', helpful: true })

  expect(answer.status).toBe(422)
  expect(await votes()).toEqual([])
})

test('AC8 BN5 search shows no note among staff, and changes nothing', async () => {
  const staff = await torv.staff()
  const draft = { kind: 'question', subject: 'Hi', text: 'Hello', email: 'ada@acme.example' }
  const { reference } = (await (await torv.visitor().post('/api/tickets', draft)).json()) as { reference: string }
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'canary-77aa', internal: true })
  const stored = async () => JSON.stringify([await torv.services.db.all('select * from events'), await votes()])
  const before = await stored()

  const answer = await torv.visitor().get('/api/help/search?q=canary-77aa')

  expect(await answer.text()).not.toContain('canary-77aa')
  expect(await stored()).toBe(before)
})
