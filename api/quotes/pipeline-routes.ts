import { Hono } from 'hono'
import { z } from 'zod'
import { colleagues } from '../accounts/store.ts'
import { changeView, forgetView, savedViews, saveView } from '../desk/views.ts'
import { line, required } from '../platform/fields.ts'
import { body, type Env, idIn, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { PipelineQuery, writeQuery } from './desk-filter.ts'
import { board, countMine, deskQuotes, pipeline } from './pipeline.ts'

const Named = z.object({ name: required(line(60)), shared: z.boolean().default(false) })
const NewView = Named.extend({ query: z.string().max(1_000) })
const Listed = PipelineQuery.extend({ after: z.string().max(40).optional() })

/** What the desk sees of all quotes, and how each of us likes to look at them. For staff only: mounted behind that check. */
export const pipelineRoutes = new Hono<Env>()
  .get('/', query(Listed), async (c) => {
    const { after, ...asked } = c.req.valid('query')
    return c.json(await deskQuotes(c.var.services, signedIn(c).id, asked, after))
  })

  .get('/board', query(PipelineQuery), async (c) => c.json(await board(c.var.services, signedIn(c).id, c.req.valid('query'))))

  .get('/pipeline', query(PipelineQuery), async (c) => {
    const { id } = signedIn(c)
    const [states, mine] = await Promise.all([pipeline(c.var.services, id, c.req.valid('query')), countMine(c.var.services, id)])
    return c.json({ states, mine })
  })

  .get('/owners', async (c) => c.json({ owners: await colleagues(c.var.services) }))

  .get('/views', async (c) => c.json({ views: await savedViews(c.var.services, 'quotes', signedIn(c)) }))

  .post('/views', once(), body(NewView), async (c) => {
    const { query, ...named } = c.req.valid('json')
    return c.json({ id: await saveView(c.var.services, 'quotes', { ...named, query: understood(query) }, signedIn(c)) }, 201)
  })

  .put('/views/:id', body(Named), async (c) => {
    await changeView(c.var.services, idIn(c), c.req.valid('json'), signedIn(c))
    return c.body(null, 204)
  })

  .delete('/views/:id', async (c) => {
    await forgetView(c.var.services, idIn(c), signedIn(c))
    return c.body(null, 204)
  })

/** Only what the pipeline knows is kept of an address: it will stand in a link on a colleague's page. */
function understood(address: string): string {
  const asked = new URLSearchParams(address)
  return writeQuery(PipelineQuery.parse({ ...Object.fromEntries(asked), status: asked.getAll('status') })).toString()
}
