import type { Translate } from '../../../content/phrases.ts'
import type { Locale } from '../../../content/schema.ts'
import type { Api } from '../../api.ts'
import { type ProblemAnswer, problemOf, textOf } from '../../forms.ts'
import { type Draft, draftOf, understand } from './draft.ts'

/** What came of a form: done, or to be shown again as it was typed. Without a problem, lines were only added or removed. */
export type Outcome = { done?: string; problem?: ProblemAnswer; draft?: Draft; replaces?: string }

type About = {
  api: Api
  locale: Locale
  t: Translate
  reference: string
  /** The draft there is now, if any. */
  current: { hash: string; document: { terms: string; termsVersion: string } } | undefined
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
      return one.messages.$post({ param, json: { text, internal: action === 'note' } }, options)
    default:
      return undefined
  }
}

/** Saves the draft that was typed, and sends it when that was the button. */
async function workOnDraft({ api, locale, t, reference, current }: About, form: FormData): Promise<Outcome> {
  const one = api.api.desk.quotes[':reference']
  const param = { reference }
  const action = textOf(form, 'action')
  const replaces = textOf(form, 'replaces')
  const draft = draftOf(form)
  if (action !== 'save' && action !== 'send' && action !== '') return { draft, replaces }

  const { offer, mistakes } = understand(draft, locale)
  if (Object.keys(mistakes).length) return { draft, replaces, problem: misread(mistakes, t) }

  const saved = await one.draft.$put({
    param,
    json: { ...offer, terms: ownTerms(current, reference), replaces: replaces || noneIf(current) },
  })
  if (!saved.ok) return { draft, replaces, problem: await problemOf(saved) }
  const { hash } = await saved.json()
  if (action !== 'send') return { done: 'saved' }

  const sent = await one.sending.$post({ param, json: { hash } }, withKey(form))
  return sent.ok ? { done: (await sent.json()).status } : { draft, replaces: hash, problem: await problemOf(sent) }
}

/** Terms agreed for this one quote outlive a change of its lines. */
function ownTerms(current: About['current'], reference: string): string | undefined {
  return current?.document.termsVersion.endsWith(`, ${reference}`) ? current.document.terms : undefined
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
