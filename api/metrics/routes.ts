import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { asDecimal, minorDigits } from '../../content/money.ts'
import { type Cell, CSV_BEGINNING, writeCsv } from '../platform/csv.ts'
import { type Env, query } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import { dayOf } from '../tickets/hours.ts'
import { GRAINS, monthFrom } from './periods.ts'
import { METRICS } from './sales.ts'
import { type Asked, rowsBehind, salesMetrics } from './store.ts'

const Month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/)
const Query = z.object({
  grain: z.enum(GRAINS).default('month'),
  from: Month.optional(),
  to: Month.optional(),
  currency: z.string().length(3).optional(),
  person: z
    .string()
    .regex(/^user:\d{1,10}$/)
    .optional()
    .or(z.literal('').transform(() => undefined)),
})
const Metric = z.enum(METRICS)
/** A year, and this month. */
const USUAL_MONTHS = 12

/** For staff only: mounted behind that check. */
export const metrics = new Hono<Env>()
  .get('/sales', query(Query), async (c) => {
    const asked = askedOf(c, c.req.valid('query'))
    return c.json({ ...asked, currencies: c.var.services.content.company.currencies, ...(await salesMetrics(c.var.services, asked)) })
  })

  .get('/sales/csv', query(Query), async (c) => {
    const asked = askedOf(c, c.req.valid('query'))
    const { periods } = await salesMetrics(c.var.services, asked)
    const money = (amount: number | null) => (amount === null ? null : Number(asDecimal(amount, minorDigits(asked.currency))))
    const rows = periods.map(({ month, numbers: n }): Cell[] => [
      ...[month, n.leads, n.sent, n.volume, n.conversion, money(n.revenue), money(n.average), asked.currency],
      ...[inHours(n['time-to-quote']), inHours(n['time-to-close']), n.lost, n.quota],
    ])
    const head = ['from_month', 'leads', 'quotes_sent', 'sales_volume', 'conversion', 'revenue', 'average_value', 'currency']
    return csv(c, `sales-${asked.grain}`, [[...head, 'hours_to_quote', 'hours_to_close', 'lost', 'quota_attainment'], ...rows])
  })

  .get('/sales/:metric', query(Query), async (c) => {
    const asked = askedOf(c, c.req.valid('query'))
    const metric = metricOf(c)
    return c.json({ metric, ...asked, rows: await rowsBehind(c.var.services, metric, asked) })
  })

  .get('/sales/:metric/csv', query(Query), async (c) => {
    const asked = askedOf(c, c.req.valid('query'))
    const metric = metricOf(c)
    const digits = minorDigits(asked.currency)
    const rows = (await rowsBehind(c.var.services, metric, asked)).map(({ reference, who, what, at, status, net }): Cell[] => [
      ...[reference, who, what, at === null ? '' : new Date(at).toISOString(), status],
      ...[net === null ? null : Number(asDecimal(net, digits)), net === null ? '' : asked.currency],
    ])
    return csv(c, metric, [['reference', 'who', 'what', 'at', 'status', 'net', 'currency'], ...rows])
  })

/** What was left out is the last twelve months, in the currency the company counts in. */
function askedOf(c: Context<Env>, { grain, from, to, currency, person }: z.output<typeof Query>): Asked {
  const { content, clock } = c.var.services
  const { timeZone, currencies, defaultCurrency } = content.company
  if (currency !== undefined && !currencies.includes(currency)) throw invalid('currency', 'choice')
  const until = to ?? dayOf(clock.now(), timeZone).slice(0, 7)
  const since = from ?? monthFrom(until, -USUAL_MONTHS)
  if (since > until) throw invalid('to', 'before-the-start')
  return { grain, from: since, to: until, currency: currency ?? defaultCurrency, person }
}

function metricOf(c: Context<Env>) {
  const metric = Metric.safeParse(c.req.param('metric'))
  if (!metric.success) throw invalid('metric', 'choice')
  return metric.data
}

function inHours(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 36_000) / 100
}

function csv(c: Context<Env>, name: string, rows: Cell[][]) {
  return c.body(CSV_BEGINNING + writeCsv(rows), 200, {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${name}.csv"`,
  })
}
