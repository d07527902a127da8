import type { Translate } from '../../content/phrases.ts'
import type { Company, Locale } from '../../content/schema.ts'
import type { MailContent } from './mail-kind.ts'

type Frame = { company: Company; publicUrl: string; t: Translate; locale: Locale }

/** One mail as text and as HTML that says the same: readable without pictures, and in the dark. */
export function layOut(
  { subject, paragraphs, details = [], action, attachments = [] }: MailContent,
  { company, publicUrl, t, locale }: Frame,
) {
  const url = action && `${publicUrl}${action.path}`
  const footer = [company.name, ...company.address, `${t('mail.phone')} ${company.phone}`, company.email]
  const text = [
    ...paragraphs,
    ...(details.length ? [details.map(([label, value]) => `${label}: ${value}`).join('\n')] : []),
    ...(action ? [`${action.label}:\n${url}`] : []),
    `-- \n${footer.join('\n')}`,
  ].join('\n\n')

  const html = `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:560px;margin:0 auto">
${paragraphs.map((paragraph) => `<p style="margin:0 0 16px;white-space:pre-line">${escapeHtml(paragraph)}</p>`).join('\n')}
${details.length ? detailsTable(details) : ''}
${action && url ? `<p style="margin:24px 0"><a href="${escapeHtml(url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:${company.accent};color:#fff;text-decoration:none">${escapeHtml(action.label)}</a></p>` : ''}
<p style="margin:32px 0 0;font-size:14px;opacity:.75">${footer.map(escapeHtml).join('<br>')}</p>
</div></body></html>`
  return { subject, text, html, attachments }
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
