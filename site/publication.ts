import { LOCALES } from '../content/schema.ts'
import type { Api } from './api.ts'
import { textOf } from './forms.ts'

/** Shows what the form of the ticket's page says on the product's page, or takes it off again. */
export function sendPublication(api: Api, reference: string, form: FormData): Promise<Response> {
  const one = api.api.desk.tickets[':reference'].publication
  const param = { reference }
  if (textOf(form, 'action') === 'withdraw') return one.$delete({ param })
  const texts = LOCALES.flatMap((locale) => {
    const text = { question: textOf(form, `texts.${locale}.question`), answer: textOf(form, `texts.${locale}.answer`) }
    return text.question.trim() || text.answer.trim() ? [[locale, text]] : []
  })
  return one.$put({ param, json: { product: textOf(form, 'product') || undefined, texts: Object.fromEntries(texts) } })
}
