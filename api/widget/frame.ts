import type { Locale, Strings } from '../../content/schema.ts'
import type { Notice } from '../notices/model.ts'
import { plainOf } from '../notices/words.ts'
import type { Choice } from '../owned/store.ts'
import { nameOf } from '../owned/view.ts'
import type { Services } from '../services.ts'
import type { Site } from '../sites/store.ts'
import type { Assets } from './assets.ts'

/** What the panel needs to know before it asks for anything; it stands in the frame's document. */
export type FrameData = {
  site: string
  /** Whom the panel may talk to: pages of these origins. */
  origins: string[]
  locale: Locale
  company: string
  firstResponseHours: number
  notices: { kind: Notice['kind']; title: string; text: string; article: string | undefined }[]
  popular: { slug: string; title: string }[]
  /** What who is signed in at the portal can say a question is about. */
  owned: { reference: string; name: string }[]
  strings: Strings
}

type FrameFor = { site: Site; locale: Locale; notices: Notice[]; owned: Choice[]; assets: Assets }

const POPULAR = 5

/** The document in the frame: everything else in it is drawn by the panel's script. */
export function frameDocument({ content, t }: Services, { site, locale, notices, owned, assets: { script, styles } }: FrameFor): string {
  const { name, sla } = content.company
  const data: FrameData = {
    site: site.key,
    origins: site.origins,
    locale,
    company: name,
    firstResponseHours: sla.question?.firstResponseHours ?? 0,
    notices: notices.map(({ kind, title, text, article }) => ({
      kind,
      title: title[locale],
      text: plainOf(text[locale]),
      article: article ?? undefined,
    })),
    popular: content.articles[locale]
      .filter((article) => article.popular)
      .slice(0, POPULAR)
      .map(({ slug, title }) => ({ slug, title })),
    owned: owned.map((choice) => ({ reference: choice.reference, name: ownedName(content, choice, locale) })),
    strings: panelStrings(content.strings[locale]),
  }
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<title>${escaped(t[locale]('widget.launcher', { company: name }))}</title>
${['/theme.css', ...styles].map((href) => `<link rel="stylesheet" href="${escaped(href)}">`).join('\n')}
<script type="module" src="${escaped(script)}"></script>
</head>
<body>
<div id="panel"></div>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
</body>
</html>
`
}

/** The frame may be shown by the site's pages only, and loads from and speaks to nobody but us. */
export function frameHeaders({ origins }: Site, { isBeingWritten }: Assets): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // Vite's development server writes styles into the document and tells of changes through a socket.
    `style-src 'self'${isBeingWritten ? " 'unsafe-inline'" : ''}`,
    `connect-src 'self'${isBeingWritten ? ' ws:' : ''}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${origins.join(' ') || "'none'"}`,
  ]
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    // A page that isolates itself (COEP) shows only what agrees to it.
    'cross-origin-resource-policy': 'cross-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'referrer-policy': 'no-referrer',
  }
}

/** Two of a kind are told apart by their numbers. */
function ownedName(content: Services['content'], choice: Choice, locale: Locale): string {
  return [nameOf(content, choice, locale), choice.serialNumber].filter(Boolean).join(', ')
}

function panelStrings(strings: Strings): Strings {
  return Object.fromEntries(Object.entries(strings).filter(([key]) => key.startsWith('widget.')))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
