import type { APIContext } from 'astro'
import { PipelineQuery, writeQuery } from '../../../api/quotes/desk-filter.ts'
import type { Api } from '../../api.ts'
import { type ProblemAnswer, problemOf, textOf } from '../../forms.ts'

type ApiQuery = Parameters<Api['api']['desk']['quotes']['$get']>[0]['query']

/** What the address asks to see. */
export function askedIn({ searchParams }: URL): PipelineQuery {
  return PipelineQuery.parse({ ...Object.fromEntries(searchParams), status: searchParams.getAll('status') })
}

/** The pipeline's address for this, with some of it changed: undefined takes something out. */
export function addressOf(asked: PipelineQuery, changed: Partial<PipelineQuery> = {}, more: Record<string, string> = {}): string {
  const query = writeQuery({ ...asked, ...changed })
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return `/desk/quotes/?${query}`
}

/** The same for the API. */
export function queryFor(asked: PipelineQuery, more: { after?: string } = {}): ApiQuery {
  const query = writeQuery(asked)
  // The client types a query as what it is read as; on the way it is text.
  return { ...Object.fromEntries(query), status: query.getAll('status'), ...more } as unknown as ApiQuery
}

/** What is asked for beyond a view: these can be taken off one by one. */
export const FILTERS = ['q', 'status', 'owner', 'min', 'max', 'currency', 'quiet', 'created', 'expiring', 'product', 'approval'] as const
export type Filter = (typeof FILTERS)[number]

export function isFiltered(asked: PipelineQuery, filter: Filter): boolean {
  const value = asked[filter]
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}

export type Refused = { action: string; problem: ProblemAnswer; form: FormData }

/** Does what a form of the pipeline asks for: where to go then, or what was wrong. */
export async function actOnPipeline({ locals, url }: Pick<APIContext, 'locals' | 'url'>, form: FormData): Promise<string | Refused> {
  const { quotes } = locals.api.api.desk
  const action = textOf(form, 'action')
  const name = textOf(form, 'name')
  const shared = form.has('shared')
  const id = textOf(form, 'id')
  const reference = textOf(form, 'reference')
  const asked = askedIn(url)
  const doing = {
    'save-view': () =>
      quotes.views.$post(
        { json: { name, shared, query: writeQuery(asked).toString() } },
        { headers: { 'idempotency-key': textOf(form, 'key') } },
      ),
    'change-view': () => quotes.views[':id'].$put({ param: { id }, json: { name, shared } }),
    'delete-view': () => quotes.views[':id'].$delete({ param: { id } }),
    open: () => quotes[':reference'].opening.$post({ param: { reference } }),
    requote: () => quotes[':reference'].renewal.$post({ param: { reference } }),
  }[action]
  const response: Response | undefined = await doing?.()
  if (response && !response.ok) return { action, problem: await problemOf(response), form }
  if (action === 'open' || action === 'requote') return `/desk/quotes/${encodeURIComponent(reference)}`
  return addressOf(asked, {}, { done: action })
}
