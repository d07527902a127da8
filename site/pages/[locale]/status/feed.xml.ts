import type { APIRoute } from 'astro'
import { torv } from '../../../api.ts'

export const prerender = false

/** What happens, for feed readers (Atom, RFC 4287): the newest first, each with how it goes. */
export const GET: APIRoute = async ({ locals }) => {
  const { api, content, locale, path, t } = locals
  const { ongoing, planned, past } = await (await api.api.status.$get()).json()
  const { publicUrl } = torv().config
  const page = `${publicUrl}${path('/status')}`
  const entries = [...ongoing, ...planned, ...past]
    .map((notice) => ({ ...notice, updated: Math.max(notice.publishedAt, ...notice.updates.map(({ at }) => at)) }))
    .sort((a, b) => b.updated - a.updated)
  const moment = (at: number) => new Date(at).toISOString()
  const xml = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${locale}">
<title>${escaped(`${t('notices.status.title')} · ${content.company.name}`)}</title>
<id>${escaped(page)}</id>
<link href="${escaped(page)}"/>
<link rel="self" href="${escaped(`${page}/feed.xml`)}"/>
<updated>${moment(entries[0]?.updated ?? 0)}</updated>
<author><name>${escaped(content.company.name)}</name></author>
${entries
  .map(
    ({ reference, kind, title, plain, updates, publishedAt, updated }) => `<entry>
<id>${escaped(`${page}#${reference}`)}</id>
<title>${escaped(title)}</title>
<link href="${escaped(`${page}#${reference}`)}"/>
<category term="${kind}" label="${escaped(t(`notices.kind.${kind}`))}"/>
<published>${moment(publishedAt)}</published>
<updated>${moment(updated)}</updated>
<content type="text">${escaped([...updates.map(({ state, plain }) => `${t(`notices.state.${state}`)}: ${plain}`), plain].join('\n\n'))}</content>
</entry>`,
  )
  .join('\n')}
</feed>
`
  return new Response(xml, { headers: { 'content-type': 'application/atom+xml; charset=utf-8', 'cache-control': 'public, max-age=60' } })
}

/** Controls that XML 1.0 has no place for are left out. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const allowed = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
  return allowed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
