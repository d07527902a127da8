import type { APIContext } from 'astro'
import { TicketQuery, writeTicketQuery } from '../../../api/tickets/desk-filter.ts'
import type { STAFF_MOVES } from '../../../api/tickets/model.ts'
import type { Api } from '../../api.ts'
import { type ProblemAnswer, problemOf, textOf } from '../../forms.ts'

type ApiQuery = Parameters<Api['api']['desk']['tickets']['$get']>[0]['query']

/** What the address asks to see. */
export function askedIn({ searchParams }: URL): TicketQuery {
  return TicketQuery.parse(Object.fromEntries(searchParams))
}

/** The inbox's address for this, with some of it changed: undefined takes something out. */
export function addressOf(asked: TicketQuery, changed: Partial<TicketQuery> = {}, more: Record<string, string> = {}): string {
  const query = writeTicketQuery({ ...asked, ...changed })
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return `/desk/?${query}`
}

/** The same for the API. */
export function queryFor(asked: TicketQuery, cursor?: string): ApiQuery {
  // The client types a query as what it is read as; on the way it is text.
  return { ...Object.fromEntries(writeTicketQuery(asked)), ...(cursor && { cursor }) } as unknown as ApiQuery
}

/** What is asked for beyond a view: these can be taken off one by one. */
export const FILTERS = ['q', 'kind', 'queue', 'team', 'owner', 'tag', 'only'] as const

export type Refused = { action: string; problem: ProblemAnswer; form: FormData }
/** What was not done to some of those that were picked. */
export type Left = { done: number; refused: { reference: string; type: string }[] }

/** Does what a form of the inbox asks for: where to go then, what was wrong, or what was left. */
export async function actOnInbox({ locals, url }: Pick<APIContext, 'locals' | 'url'>, form: FormData): Promise<string | Refused | Left> {
  const { tickets } = locals.api.api.desk
  const action = textOf(form, 'action')
  const asked = askedIn(url)
  const name = textOf(form, 'name')
  const shared = form.has('shared')
  const param = { id: textOf(form, 'id') }
  const options = { headers: { 'idempotency-key': textOf(form, 'key') || crypto.randomUUID() } }
  if (action === 'bulk') return doToPicked(locals.api, form, asked)
  const doing = {
    'save-view': () => tickets.views.$post({ json: { name, shared, query: writeTicketQuery(asked).toString() } }, options),
    'change-view': () => tickets.views[':id'].$put({ param, json: { name, shared } }),
    'delete-view': () => tickets.views[':id'].$delete({ param }),
  }[action]
  const response: Response | undefined = await doing?.()
  if (response && !response.ok) return { action, problem: await problemOf(response), form }
  return addressOf(asked, {}, { done: action })
}

async function doToPicked(api: Api, form: FormData, asked: TicketQuery): Promise<string | Refused | Left> {
  const references = form.getAll('reference').map(String)
  const response: Response = await api.api.desk.tickets.bulk.$post({ json: doingOf(form, references) })
  if (!response.ok) return { action: 'bulk', problem: await problemOf(response), form }
  const { done, refused } = (await response.json()) as { done: string[]; refused: Left['refused'] } // as the route says
  return refused.length ? { done: done.length, refused } : addressOf(asked, {}, { done: 'bulk', n: String(done.length) })
}

/** `move.resolve`, `owner.7`, `team.support`, `tag`: what the list of things to do says. The API refuses what is none of them. */
function doingOf(form: FormData, references: string[]) {
  const [what = '', which = ''] = textOf(form, 'do').split('.')
  if (what === 'owner') return { references, do: 'assign' as const, userId: Number(which) || null }
  if (what === 'team') return { references, do: 'team' as const, team: which || null }
  if (what === 'tag' || what === 'untag') return { references, do: what, tag: textOf(form, 'tag') } as const
  return { references, do: 'move' as const, action: which as (typeof STAFF_MOVES)[number] }
}
