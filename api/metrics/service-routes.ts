import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Cell } from '../platform/csv.ts'
import { csv } from '../platform/csv-answer.ts'
import { type Env, query } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import { inHours, TIME, timeOf } from './fields.ts'
import { CASE_METRICS, type CaseMetric, HELP_METRICS, SERVICE_METRICS, type ServiceMetric } from './service.ts'
import { caseRows, helpRows, type ServiceAsked, serviceMetrics } from './service-store.ts'

const Word = z
  .string()
  .regex(/^[\w-]{1,60}$/)
  .optional()
  .or(z.literal('').transform(() => undefined))
const Query = z.object({ ...TIME, kind: Word, team: Word })
const IN_HOURS: readonly ServiceMetric[] = ['first-response', 'solve-time', 'handling']

/** The numbers of service. For staff only: mounted behind that check. */
export const serviceNumbers = new Hono<Env>()
  .get('/', query(Query), async (c) => {
    const asked = askedOf(c, c.req.valid('query'))
    return c.json({ ...asked, ...(await serviceMetrics(c.var.services, asked)) })
  })

  .get('/csv', query(Query), async (c) => {
    const asked = askedOf(c, c.req.valid('query'))
    const { periods } = await serviceMetrics(c.var.services, asked)
    const rows = periods.map(({ month, numbers }): Cell[] => [month, ...SERVICE_METRICS.map((metric) => measured(metric, numbers[metric]))])
    return csv(c, `service-${asked.grain}`, [['from_month', ...SERVICE_METRICS.map(columnOf)], ...rows])
  })

  .get('/:metric', query(Query), async (c) => {
    const asked = askedOf(c, c.req.valid('query'))
    const { cases, help } = metricOf(c)
    return c.json({
      metric: cases ?? help,
      ...asked,
      cases: cases ? await caseRows(c.var.services, cases, asked) : undefined,
      help: help ? await helpRows(c.var.services, help, asked) : undefined,
    })
  })

  .get('/:metric/csv', query(Query), async (c) => {
    const asked = askedOf(c, c.req.valid('query'))
    const { cases, help } = metricOf(c)
    if (cases) {
      const rows = (await caseRows(c.var.services, cases, asked)).map(({ reference, who, what, at, worth }): Cell[] => [
        ...[reference, who, what, new Date(at).toISOString(), measured(cases, worth)],
      ])
      return csv(c, cases, [['reference', 'who', 'subject', 'at', columnOf(cases)], ...rows])
    }
    const rows = (await helpRows(c.var.services, help, asked)).map(({ at, what, answer, outcome, ticket }): Cell[] => [
      ...[new Date(at).toISOString(), what, answer, outcome, ticket],
    ])
    return csv(c, help, [['at', 'what', 'answer', 'outcome', 'reference'], ...rows])
  })

function askedOf(c: Context<Env>, { kind, team, ...time }: z.output<typeof Query>): ServiceAsked {
  return { ...timeOf(c, time), kind, team }
}

function metricOf(c: Context<Env>): { cases: CaseMetric; help?: undefined } | { cases?: undefined; help: (typeof HELP_METRICS)[number] } {
  const asked = c.req.param('metric')
  const cases = CASE_METRICS.find((metric) => metric === asked)
  const help = HELP_METRICS.find((metric) => metric === asked)
  if (cases) return { cases }
  if (help) return { help }
  throw invalid('metric', 'choice')
}

/** Times in hours of business; counts and shares as they are. */
function measured(metric: ServiceMetric, value: number | null): number | null {
  return IN_HOURS.includes(metric) ? inHours(value) : value
}

function columnOf(metric: ServiceMetric): string {
  return `${metric.replaceAll('-', '_')}${IN_HOURS.includes(metric) ? '_hours' : ''}`
}
