import type { Difference } from '../../../api/quotes/copying.ts'
import type { QuoteDocument } from '../../../api/quotes/document.ts'
import type { Negotiation } from '../../../api/quotes/negotiation.ts'
import type { DeskSummary } from '../../../api/quotes/pipeline.ts'
import type { OfferedLine } from '../../../api/quotes/pricing.ts'
import type { Translate } from '../../../content/phrases.ts'
import type { Api } from '../../api.ts'
import { type ProblemAnswer, problemOf, textOf } from '../../forms.ts'
import { type Draft, draftOf, type Figures, type ReadDraft, typedLine, understand } from './draft.ts'
import { askedIn, queryFor } from './pipeline.ts'

/** What came of a form: done, or to be shown again as it was typed, with what it asked for. */
export type Outcome = {
  done?: string
  problem?: ProblemAnswer
  draft?: Draft
  replaces?: string
  /** The draft as typed, priced. */
  preview?: QuoteDocument
  /** What is not as it was where lines were taken from. */
  differences?: Difference[]
  /** Older quotes that were looked for. */
  older?: DeskSummary[]
  /** A template was saved; the draft goes on. */
  savedTemplate?: string
}

type About = {
  api: Api
  t: Translate
  figures: Figures
  reference: string
  /** The customer's language: that of every word of ours. */
  language: Figures['locale']
  stands: Negotiation
  /** The draft there is now, if any. */
  current: { hash: string } | undefined
}

/** Does what the form asks for; the API decides whether it may. */
export async function act(about: About, form: FormData): Promise<Outcome> {
  const action = textOf(form, 'action')
  const answer = simple(about, action, form)
  if (!answer) return workOnDraft(about, form)
  const response = await answer
  return response.ok ? { done: action } : { problem: await problemOf(response) }
}

function simple({ api, reference }: About, action: string, form: FormData): Promise<Response> | undefined {
  const one = api.api.desk.quotes[':reference']
  const param = { reference }
  const text = textOf(form, 'text')
  const options = withKey(form)
  switch (action) {
    case 'open':
      return one.opening.$post({ param })
    case 'owner':
      return one.owner.$put({ param, json: { ownerId: Number(textOf(form, 'owner')) || null } })
    case 'question':
      return one.question.$post({ param, json: { text } }, options)
    case 'refuse':
      return one.refusal.$post({ param, json: { text } }, options)
    case 'stand-by':
      return one.counter.$delete({ param, json: { text } })
    case 'approve':
      return one.approval.$post({ param, json: { hash: textOf(form, 'hash') } }, options)
    case 'return':
      return one.approval.$delete({ param, json: { text } })
    case 'recall':
      return one.recall.$post({ param })
    case 'requote':
      return one.renewal.$post({ param })
    case 'deliver':
      return one.delivery.$post({ param, json: { on: textOf(form, 'on') } }, options)
    case 'message':
    case 'note':
      return one.messages.$post(
        { param, json: { text, internal: action === 'note', uploads: form.getAll('uploads').map(String) } },
        options,
      )
    default:
      return undefined
  }
}

/** Changes the draft as typed, shows what it comes to, saves it or sends it: whatever the button was. */
async function workOnDraft(about: About, form: FormData): Promise<Outcome> {
  const [action = '', name = ''] = textOf(form, 'action').split('.')
  const replaces = textOf(form, 'replaces')
  const draft = draftOf(form, about.stands, about.figures)
  switch (action) {
    case '':
    case 'save':
    case 'send':
      return saveOrSend(about, form, draft, replaces)
    case 'preview':
      return { replaces, ...(await shown(about, draft, { strict: true })) }
    case 'save-template':
      return { replaces, ...(await shown(about, draft)), ...(await keepAsTemplate(about, form, draft)) }
    case 'insert-template':
      return {
        replaces,
        ...(await withLinesOf(
          about,
          draft,
          about.api.api.desk.quotes[':reference'].templates[':id'].$get({
            param: { reference: about.reference, id: textOf(form, 'template') },
          }),
        )),
      }
    case 'copy':
      return {
        replaces,
        ...(await withLinesOf(
          about,
          draft,
          about.api.api.desk.quotes[':reference'].copies[':older'].$get({ param: { reference: about.reference, older: name } }),
        )),
      }
    case 'find-older':
      return { replaces, ...(await shown(about, draft)), older: await olderQuotes(about, textOf(form, 'older')) }
    default:
      return { replaces, ...(await shown(about, draft)) }
  }
}

async function saveOrSend(about: About, form: FormData, draft: Draft, replaces: string): Promise<Outcome> {
  const { api, t, figures, reference, current } = about
  const one = api.api.desk.quotes[':reference']
  const param = { reference }
  const { offer, mistakes } = understand(draft, figures)
  if (Object.keys(mistakes).length) return { draft, replaces, problem: misread(mistakes, t) }

  const saved = await one.draft.$put({ param, json: { ...offer, replaces: replaces || noneIf(current) } })
  if (!saved.ok) return { draft, replaces, problem: await problemOf(saved) }
  const { hash } = await saved.json()
  if (textOf(form, 'action') !== 'send') return { done: 'saved' }

  const sent = await one.sending.$post({ param, json: { hash } }, withKey(form))
  return sent.ok ? { done: (await sent.json()).status } : { draft, replaces: hash, problem: await problemOf(sent) }
}

/** The draft as typed and what it would look like. Unless it was asked for, what cannot be read yet is nobody's mistake. */
async function shown({ api, t, figures, reference }: About, draft: Draft, { strict = false } = {}): Promise<Outcome> {
  const { offer, mistakes } = understand(draft, figures)
  const isRead = Object.keys(mistakes).length === 0
  if (!isRead) return { draft, ...(strict && { problem: misread(mistakes, t) }) }
  const answer = await api.api.desk.quotes[':reference'].preview.$post({ param: { reference }, json: offer })
  if (answer.ok) return { draft, preview: (await answer.json()).document }
  return { draft, ...(strict && { problem: await problemOf(answer) }) }
}

type Taking = Promise<Response & { json(): Promise<{ lines: OfferedLine[]; differences: Difference[]; note?: string }> }>

/** Lines that come from elsewhere go below those there are; its words only where there are none. */
async function withLinesOf(about: About, draft: Draft, taking: Taking): Promise<Outcome> {
  const answer = await taking
  if (!answer.ok) return { draft, problem: await problemOf(answer) }
  const { lines, differences, note } = await answer.json()
  const fuller = {
    ...draft,
    note: draft.note || (note ?? ''),
    lines: [...draft.lines, ...lines.map((line: OfferedLine) => typedLine(line, about.figures))],
  }
  return { ...(await shown(about, fuller)), differences }
}

async function keepAsTemplate({ api, t, figures, language }: About, form: FormData, draft: Draft): Promise<Outcome> {
  const name = textOf(form, 'templateName')
  const { offer, mistakes }: ReadDraft = understand(draft, figures)
  if (Object.keys(mistakes).length) return { problem: misread(mistakes, t) }
  const { lines, validDays, note } = offer
  const json = { name, lines, validDays, note, locale: language, currency: figures.currency }
  const kept = await api.api.desk.quotes.templates.$post({ json })
  if (kept.ok) return { savedTemplate: name.trim() }
  const problem = await problemOf(kept)
  const { name: aboutName, ...errors } = problem.errors
  return { problem: { ...problem, errors: { ...errors, ...(aboutName && { templateName: aboutName }) } } }
}

async function olderQuotes({ api, reference }: About, q: string): Promise<DeskSummary[]> {
  const asked = { ...askedIn(new URL('http://desk/')), view: 'all' as const, q: q.trim().slice(0, 100) || undefined }
  const answer = await api.api.desk.quotes.$get({ query: queryFor(asked) })
  const { quotes } = answer.ok ? await answer.json() : { quotes: [] }
  return quotes.filter((quote) => quote.reference !== reference && quote.lines > 0).slice(0, 10)
}

/** Who began before there was any draft must not write over one that came meanwhile: this is the hash of none. */
function noneIf(current: About['current']): string | undefined {
  return current ? 'none' : undefined
}

function misread(mistakes: Record<string, string>, t: Translate): ProblemAnswer {
  const errors = Object.fromEntries(Object.entries(mistakes).map(([field, phrase]) => [field, t(`desk-quotes.invalid.${phrase}`)]))
  return { type: 'invalid-input', status: 422, title: t('problem.invalid-input.title'), detail: t('problem.invalid-input.detail'), errors }
}

// The same key with every attempt, so that a form sent twice does it once.
function withKey(form: FormData) {
  return { headers: { 'idempotency-key': textOf(form, 'key') || crypto.randomUUID() } }
}
