import type { Translate } from '../../content/phrases.ts'
import type { Company, Locale } from '../../content/schema.ts'
import type { MailContent } from './mail-kind.ts'

type Frame = {
  company: Company
  publicUrl: string
  t: Translate
  locale: Locale
  /** The line above which an answer is written. */
  answerMarker?: string | undefined
}

/** One mail as text and as HTML that says the same: readable without pictures, and in the dark. */
export function layOut(
  { subject, paragraphs, details = [], action, more, unsubscribe, automatic, attachments = [] }: MailContent,
  { company, publicUrl, t, locale, answerMarker }: Frame,
) {
  const url = action && `${publicUrl}${action.path}`
  const footer = [company.name, ...company.address, `${t('mail.phone')} ${company.phone}`, company.email]
  const links = (more?.links ?? []).map(({ label, path }) => ({ label, url: `${publicUrl}${path}` }))
  const text = [
    ...(answerMarker ? [answerMarker] : []),
    ...paragraphs,
    ...(details.length ? [details.map(([label, value]) => `${label}: ${value}`).join('\n')] : []),
    ...(action ? [`${action.label}:\n${url}`] : []),
    ...(more ? [[more.title, ...links.map(({ label, url }) => `${label}:\n${url}`)].join('\n\n')] : []),
    `-- \n${footer.join('\n')}`,
    ...(unsubscribe ? [`${unsubscribe.label}:\n${publicUrl}${unsubscribe.path}`] : []),
  ].join('\n\n')

  const html = `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:560px;margin:0 auto">
${answerMarker ? `<p style="margin:0 0 16px;font-size:14px;opacity:.75">${escapeHtml(answerMarker)}</p>` : ''}
${paragraphs.map((paragraph) => `<p style="margin:0 0 16px;white-space:pre-line">${escapeHtml(paragraph)}</p>`).join('\n')}
${details.length ? detailsTable(details) : ''}
${action && url ? `<p style="margin:24px 0"><a href="${escapeHtml(url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:${company.accent};color:#fff;text-decoration:none">${escapeHtml(action.label)}</a></p>` : ''}
${more ? linkList(more.title, links) : ''}
<p style="margin:32px 0 0;font-size:14px;opacity:.75">${footer.map(escapeHtml).join('<br>')}</p>
${unsubscribe ? `<p style="margin:16px 0 0;font-size:14px"><a href="${escapeHtml(publicUrl + unsubscribe.path)}" style="color:inherit">${escapeHtml(unsubscribe.label)}</a></p>` : ''}
</div></body></html>`
  return { subject, text, html, attachments, headers: { ...unsubscribeHeaders(unsubscribe, publicUrl), ...automaticHeaders(automatic) } }
}

/** What lets a mail program show a button of its own for it. */
function unsubscribeHeaders(unsubscribe: MailContent['unsubscribe'], publicUrl: string): Record<string, string> {
  if (!unsubscribe) return {}
  return { 'List-Unsubscribe': `<${publicUrl}${unsubscribe.oneClickPath}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

/** The second is what Exchange understands. */
function automaticHeaders(automatic: MailContent['automatic']): Record<string, string> {
  return automatic ? { 'Auto-Submitted': automatic, 'X-Auto-Response-Suppress': 'All' } : {}
}

function linkList(title: string, links: { label: string; url: string }[]): string {
  const item = ({ label, url }: { label: string; url: string }) =>
    `<a href="${escapeHtml(url)}" style="display:inline-block;margin:0 8px 8px 0;padding:8px 14px;border:1px solid #888;border-radius:8px;color:inherit;text-decoration:none">${escapeHtml(label)}</a>`
  return `<p style="margin:24px 0 8px">${escapeHtml(title)}</p><p style="margin:0 0 16px">${links.map(item).join('')}</p>`
}

function detailsTable(details: [string, string][]): string {
  const cell = 'padding:6px 16px 6px 0;vertical-align:top'
  const rows = details.map(
    ([label, value]) => `<tr><td style="${cell}">${escapeHtml(label)}</td><td style="${cell}">${escapeHtml(value)}</td></tr>`,
  )
  return `<table style="border-collapse:collapse;margin:0 0 16px">${rows.join('')}</table>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
