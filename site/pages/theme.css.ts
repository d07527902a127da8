import { content } from '../content.ts'
import { accentStylesheet } from '../styles/accent.ts'

// Which layer wins is decided by who names it first, and this stylesheet stands before all others.
const LAYERS = '@layer tokens, reset, base, components;\n\n'

/** The company's colours. A file of their own, since the pages' policy allows no style in the markup. */
export function GET() {
  return new Response(LAYERS + accentStylesheet(content().company.accent), { headers: { 'content-type': 'text/css; charset=utf-8' } })
}
