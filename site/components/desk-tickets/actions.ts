import { momentOf } from '../../../api/tickets/hours.ts'
import { AFTER_REPLY, type AfterReply } from '../../../api/tickets/model.ts'
import type { Api } from '../../api.ts'
import { type ProblemAnswer, problemOf, textOf } from '../../forms.ts'
import { sendPublication } from '../../publication.ts'

/** A reply as it is being written. `tag` comes from a macro, and is given when the reply is sent. */
export type Draft = { text: string; move: AfterReply | ''; until: string; tag: string; query: string }
export type FoundArticle = { id: string; title: string; url: string }

/** What came of a form: done, or to be shown again as it was typed, with what it asked for. */
export type Outcome = {
  done?: string
  /** The case to go on with, when it is another one. */
  to?: string
  problem?: ProblemAnswer
  /** The form that was refused. */
  action: string
  draft?: Draft
  articles?: FoundArticle[] | undefined
  /** What came with a reply that was taken back. */
  uploads?: string[]
}

type About = { api: Api; reference: string; key: string; uploads: string[]; timeZone: string; now: number }

/** Does what a form of the case's page asks for; the API decides whether it may. */
export async function act(about: About, form: FormData): Promise<Outcome> {
  // The cross on a tag is a button of the form that adds one.
  const [action = '', which = ''] = form.has('untag') ? ['untag'] : textOf(form, 'action').split('.')
  if (action === 'macro' || action === 'find-article' || action === 'article') return write(about, form, action, which)
  if (action === 'undo') return undo(about, form, which)
  const response = await simple(about, action, which, form)
  if (!response.ok) return { action, problem: await problemOf(response), draft: draftIn(form) }
  const tag = textOf(form, 'macroTag')
  if (action.startsWith('reply') && tag) await one(about).tags.$post({ param: paramOf(about), json: { tag } })
  return { action, done: action, ...(await goesOnIn(action, response)) }
}

/** What is merged or split goes on elsewhere. */
async function goesOnIn(action: string, response: Response): Promise<{ to?: string }> {
  if (action !== 'merge' && action !== 'split') return {}
  const { into, reference } = (await response.json()) as { into?: string; reference?: string } // as those two routes answer
  const to = into ?? reference
  return to ? { to } : {}
}

export function draftIn(form: FormData | undefined): Draft {
  const typed = (name: string) => (form ? textOf(form, name) : '')
  return {
    text: typed('text'),
    move: AFTER_REPLY.find((move) => move === typed('move')) ?? '',
    until: typed('until'),
    tag: typed('macroTag'),
    query: typed('article'),
  }
}

function one({ api }: About) {
  return api.api.desk.tickets[':reference']
}

function paramOf({ reference }: About) {
  return { reference }
}

function simple(about: About, action: string, which: string, form: FormData): Promise<Response> {
  const { api, reference, key, uploads, timeZone, now } = about
  const ticket = one(about)
  const param = { reference }
  const options = { headers: { 'idempotency-key': key } }
  const text = textOf(form, 'text')
  switch (action) {
    case 'reply':
      return ticket.replies.$post({ param, json: { text, uploads, ...afterwards(draftIn(form)) } }, options)
    case 'reply-now':
      return ticket.messages.$post({ param, json: { text, uploads, internal: false, ...afterwards(draftIn(form)) } }, options)
    case 'note':
      return ticket.messages.$post({ param, json: { text, uploads, internal: true } }, options)
    case 'call':
      return ticket.calls.$post({ param, json: callIn(form) }, options)
    case 'publish':
    case 'withdraw':
      return sendPublication(api, reference, form)
    case 'take':
      return ticket.assignment.$put({ param })
    case 'give-back':
      return ticket.assignment.$delete({ param })
    case 'owner':
      return ticket.owner.$put({ param, json: { userId: Number(textOf(form, 'owner')) || null } })
    case 'team':
      return ticket.team.$put({ param, json: { team: textOf(form, 'team') || null } })
    case 'tag':
      return ticket.tags.$post({ param, json: { tag: textOf(form, 'tag') } })
    case 'untag':
      return ticket.tags.$delete({ param, query: { tag: textOf(form, 'untag') } })
    case 'escalate':
      return ticket.escalation.$post({ param, json: { why: '' } }, options)
    case 'calm':
      return ticket.escalation.$delete({ param })
    case 'merge':
      return ticket.merge.$post({ param, json: { into: namedIn(form, 'into', 'likelyInto') } }, options)
    case 'unmerge':
      return ticket.merge.$delete({ param }, options)
    case 'link':
      return ticket.links.$post({ param, json: { reference: namedIn(form, 'reference', 'likelyReference') } }, options)
    case 'unlink':
      return ticket.links[':other'].$delete({ param: { reference, other: which } })
    case 'split':
      return ticket.split.$post(
        {
          param,
          json: { subject: textOf(form, 'subject'), messages: form.getAll('messages').map(Number), takesAlong: form.has('takesAlong') },
        },
        options,
      )
    case 'watch':
      return ticket.watch.$put({ param })
    case 'unwatch':
      return ticket.watch.$delete({ param })
    case 'snooze':
      return ticket.snooze.$put({ param, json: { until: momentIn(form, timeZone, now), note: textOf(form, 'snoozeNote') } })
    case 'unsnooze':
      return ticket.snooze.$delete({ param })
    default:
      // The API says which moves there are.
      return ticket.moves.$post({ param, json: { action: (which || action) as 'resolve', why: '' } }, options)
  }
}

/** The number that was typed; without one, the case that was picked. */
function namedIn(form: FormData, typed: string, picked: string): string {
  return textOf(form, typed).trim() || textOf(form, picked)
}

/** A day only means something to what is put on hold. */
function afterwards({ move, until }: Draft) {
  return { move: move || undefined, until: (move === 'hold' && until) || undefined }
}

function callIn(form: FormData) {
  return {
    name: textOf(form, 'callName'),
    direction: textOf(form, 'direction') === 'out' ? ('out' as const) : ('in' as const),
    minutes: Number(textOf(form, 'minutes')) || 0,
    text: textOf(form, 'text'),
    internal: !form.has('shown'),
  }
}

/** In so many hours, or in the morning of the day that was typed. */
function momentIn(form: FormData, timeZone: string, now: number): number {
  const [, hours] = /^(\d+)h$/.exec(textOf(form, 'when')) ?? []
  if (hours) return now + Number(hours) * 3_600_000
  const day = textOf(form, 'until')
  return /^\d{4}-\d\d-\d\d$/.test(day) ? momentOf(day, '08:00', timeZone) : 0
}

/** Words from a macro or a link to an article go below what is typed. */
async function write(about: About, form: FormData, action: string, which: string): Promise<Outcome> {
  const ticket = one(about)
  const draft = draftIn(form)
  const found = draft.query ? await ticket.articles.$get({ param: paramOf(about), query: { q: draft.query.slice(0, 200) } }) : undefined
  const articles: FoundArticle[] | undefined = found?.ok ? (await found.json()).articles : undefined
  if (action === 'macro') {
    const id = textOf(form, 'macro')
    const macro = id ? await ticket.macros[':id'].$get({ param: { ...paramOf(about), id } }) : undefined
    if (!macro?.ok) return { action, draft, articles }
    const { text, move, tag } = await macro.json()
    return { action, articles, draft: { ...draft, text: below(draft.text, text), move: move ?? draft.move, tag: tag || draft.tag } }
  }
  const article = action === 'article' ? articles?.find(({ id }) => id === which) : undefined
  if (!article) return { action, draft, articles: articles ?? [] }
  return { action, draft: { ...draft, text: below(draft.text, `${article.title}\n${article.url}`) } }
}

async function undo(about: About, form: FormData, id: string): Promise<Outcome> {
  const taken = await one(about).replies[':id'].$delete({ param: { ...paramOf(about), id } })
  if (!taken.ok) return { action: 'undo', problem: await problemOf(taken), draft: draftIn(form) }
  const { text, move, uploads } = await taken.json()
  return { action: 'undo', draft: { text, move: move ?? '', until: '', tag: '', query: '' }, uploads }
}

function below(text: string, more: string): string {
  return text.trim() ? `${text.trimEnd()}\n\n${more}` : more
}
