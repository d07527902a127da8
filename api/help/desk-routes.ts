import { Hono } from 'hono'
import { z } from 'zod'
import { type Env, query } from '../platform/http.ts'
import { CONCERNS, REPORT_DAYS, reportOn } from './report-model.ts'
import { dayOf, opinionsOf } from './views.ts'

const Question = z.object({ concern: z.enum(CONCERNS).optional() })

/** What there is to write, to translate and to look at again; the same list as `npm run content`. */
export const deskArticles = new Hono<Env>().get('/', query(Question), async (c) => {
  const { services } = c.var
  const { content, clock } = services
  const today = dayOf(clock.now(), content.company.timeZone)
  const all = reportOn(content, await opinionsOf(services, REPORT_DAYS), today)
  const { concern } = c.req.valid('query')
  const counts = Object.fromEntries(CONCERNS.map((one) => [one, all.filter(({ concerns }) => concerns.includes(one)).length]))
  return c.json({ articles: concern ? all.filter(({ concerns }) => concerns.includes(concern)) : all, counts, total: all.length })
})
