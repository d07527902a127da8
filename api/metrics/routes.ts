import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { asDecimal, minorDigits } from '../../content/money.ts'
import type { Cell } from '../platform/csv.ts'
import { csv } from '../platform/csv-answer.ts'
import { type Env, query } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import { inHours, TIME, timeOf } from './fields.ts'
import { METRICS } from './sales.ts'
import { serviceNumbers } from './service-routes.ts'
import { type Asked, rowsBehind, salesMetrics } from './store.ts'

const Query = z.object({ ...TIME, currency: z.string().length(3).optional() })
const Metric = z.enum(METRICS)

/** For staff only: mounted behind that check. */
export const metrics = new Hono<Env>()
  .route('/service', serviceNumbers)

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

/** In the currency the company counts in, unless told. */
function askedOf(c: Context<Env>, { currency, ...time }: z.output<typeof Query>): Asked {
  const { currencies, defaultCurrency } = c.var.services.content.company
  if (currency !== undefined && !currencies.includes(currency)) throw invalid('currency', 'choice')
  return { ...timeOf(c, time), currency: currency ?? defaultCurrency }
}

function metricOf(c: Context<Env>) {
  const metric = Metric.safeParse(c.req.param('metric'))
  if (!metric.success) throw invalid('metric', 'choice')
  return metric.data
}
