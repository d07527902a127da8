import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { codeHits } from './codes-model.ts'
import { audiencesFor, type Scope } from './model.ts'
import type { SearchAnswer, SearchHit } from './search/engine.ts'

type Asked = { text: string; locale: Locale; limit: number; kind?: SearchHit['kind'] | undefined; product?: string | undefined }

/** What who asks may read of help and products, best first. */
export async function find({ content, search }: Services, scope: Scope, { kind, product, ...asked }: Asked): Promise<SearchAnswer> {
  const codes = kind === 'product' ? [] : codeHits(content, asked.locale, scope, asked.text, product)
  const narrowed = { ...(kind && { kinds: [kind] }), ...(product && { product }) }
  const found = await search.search({ ...asked, audiences: audiencesFor(content, scope), ...narrowed })
  // Who types a code wants what it means, whatever else mentions it.
  const others = found.hits.filter(({ group }) => !codes.some((hit) => hit.group === group))
  return { ...found, ...(codes.length > 0 && { didYouMean: null }), hits: [...codes, ...others].slice(0, asked.limit) }
}
