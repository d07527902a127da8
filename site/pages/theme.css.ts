import { content } from '../content.ts'
import { accentStylesheet } from '../styles/accent.ts'

/** The company's colours. A file of their own, since the pages' policy allows no style in the markup. */
export function GET() {
  return new Response(accentStylesheet(content().company.accent), { headers: { 'content-type': 'text/css; charset=utf-8' } })
}
