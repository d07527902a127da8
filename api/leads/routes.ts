import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { staffMembers } from '../accounts/contacts.ts'
import { line, prose, required } from '../platform/fields.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { Problem } from '../platform/problems.ts'
import { isToken } from '../platform/tokens.ts'
import { dayOf } from '../tickets/hours.ts'
import { exportLeads } from './export.ts'
import { findImport, judgedRows, OUTCOMES, readImport } from './import.ts'
import { runImport, startImport } from './import-run.ts'
import { dueCount, type LeadFilter, leadFacets, leads, SORTS } from './list.ts'
import { STAGES } from './stage.ts'
import { addNote, changeLead, findLead, type Lead, leadInFull } from './store.ts'

/** Of a file of contacts; app.ts lets it in. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024

const blank = z.literal('').transform(() => undefined)
const Filter = z.object({
  stage: z.enum(STAGES).optional().or(blank),
  owner: z
    .string()
    .regex(/^(me|none|\d{1,9})$/)
    .optional()
    .or(blank), // somebody's number, one's own, or nobody's
  source: z.string().max(100).optional(),
  due: z.literal('1').optional().or(blank),
  score: z.coerce.number().int().min(0).max(100).optional().or(blank),
  q: z.string().max(100).optional(),
  sort: z.enum(SORTS).default('score'),
})
const Paged = Filter.extend({ cursor: z.string().max(500).optional() })

const Change = z.object({
  version: z.int().min(1),
  stage: z.enum(STAGES).optional(),
  ownerId: z.int().positive().nullable().optional(),
  nextContactOn: z.iso.date().nullable().optional(),
  nextContactNote: line(500).optional(),
})

/** For staff only: mounted behind that check. */
export const deskLeads = new Hono<Env>()
  .get('/', query(Paged), async (c) => {
    const { cursor, sort } = c.req.valid('query')
    return c.json(await leads(c.var.services, filterOf(c, c.req.valid('query')), sort, cursor))
  })

  .get('/facets', async (c) => c.json({ ...(await leadFacets(c.var.services)), staff: await staffMembers(c.var.services) }))

  // What the signed-in member of staff has said they would do by today.
  .get('/due', async (c) => c.json({ n: await dueCount(c.var.services, signedIn(c).id, today(c)), today: today(c) }))

  .get('/export', query(Filter), (c) => {
    const { sort } = c.req.valid('query')
    return c.body(exportLeads(c.var.services, filterOf(c, c.req.valid('query')), sort), 200, {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="leads-${today(c)}.csv"`,
    })
  })

  // The file itself is the body. It is read and judged; contacts change once somebody has seen that and said yes.
  .post(
    '/imports',

    query(z.object({ name: line(120).default('') })),
    async (c) => {
      const { services } = c.var
      services.limits.take(`imports by ${signedIn(c).id}`, 30, 10 * 60_000)
      const text = new TextDecoder().decode(await c.req.arrayBuffer())
      return c.json({ token: await readImport(services, text, c.req.valid('query').name, signedIn(c)) }, 201)
    },
  )

  .get(
    '/imports/:token',
    query(z.object({ outcome: z.enum(OUTCOMES).optional(), after: z.coerce.number().int().min(0).default(0) })),
    async (c) => {
      const { outcome, after } = c.req.valid('query')
      const found = await anImport(c)
      const { rows, counts, next } = await judgedRows(c.var.services, found.token, { after, ...(outcome && { outcome }) })
      return c.json({ ...found, total: found.rows, rows: rows.map((row) => ({ ...row, remarks: inWords(c, row.remarks) })), counts, next })
    },
  )

  .post('/imports/:token/start', body(z.object({ conflicts: z.enum(['keep', 'overwrite']) })), async (c) => {
    const { services } = c.var
    const { token } = await anImport(c)
    if (!(await startImport(services, token, c.req.valid('json').conflicts))) throw new Problem('already-done')
    // Goes on after the answer; tidy() takes over what a crash leaves.
    void runImport(services, token).catch((error) => services.log('import-failed', { error }))
    return c.body(null, 202)
  })

  .get('/:id', async (c) => c.json(await leadInFull(c.var.services, await aLead(c))))

  .patch('/:id', body(Change), async (c) => {
    await changeLead(c.var.services, await aLead(c), c.req.valid('json'), signedIn(c))
    return c.body(null, 204)
  })

  .post('/:id/notes', once(), body(z.object({ text: required(prose(5_000)) })), async (c) => {
    await addNote(c.var.services, await aLead(c), c.req.valid('json').text, signedIn(c))
    return c.body(null, 201)
  })

function filterOf(c: Context<Env>, { stage, owner, source, due, score, q }: z.output<typeof Filter>): LeadFilter {
  const ownerId = owner === 'me' ? signedIn(c).id : owner === 'none' ? 0 : owner === undefined ? undefined : Number(owner)
  return { stage, ownerId, source: source || undefined, dueBy: due && today(c), minScore: score, q: q?.trim() || undefined }
}

async function aLead(c: Context<Env>): Promise<Lead> {
  const id = c.req.param('id') ?? ''
  const lead = /^\d{1,15}$/.test(id) ? await findLead(c.var.services, Number(id)) : undefined
  if (!lead) throw new Problem('not-found')
  return lead
}

async function anImport(c: Context<Env>) {
  const token = c.req.param('token')
  const found = isToken(token) ? await findImport(c.var.services, token) : undefined
  if (!found) throw new Problem('not-found')
  return found
}

/** What is wrong with a field, in the reader's language; or what is known instead. */
function inWords(c: Context<Env>, remarks: Awaited<ReturnType<typeof judgedRows>>['rows'][number]['remarks']) {
  const t = c.var.services.t[c.var.locale]
  return Object.entries(remarks).map(([field, remark]) =>
    'known' in remark
      ? { field, known: remark.known, error: '' }
      : { field, known: '', error: t(`invalid.${remark.reason}`, remark.values) },
  )
}

function today({ var: { services } }: Context<Env>): string {
  return dayOf(services.clock.now(), services.content.company.timeZone)
}
