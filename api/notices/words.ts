import type { Nodes, Root } from 'mdast'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { renderMarkdown } from '../../content/markdown.ts'
import type { Locale } from '../../content/schema.ts'

const MOST_KEPT = 300
const kept = new Map<string, string>()

/** What was written, as clean HTML: no script, style, frame or handler gets through, whoever wrote it. */
export function htmlOf(markdown: string, locale: Locale): string {
  const key = `${locale}${markdown}`
  const known = kept.get(key)
  if (known !== undefined) return known
  if (kept.size >= MOST_KEPT) kept.clear()
  const { html } = renderMarkdown(markdown, locale)
  kept.set(key, html)
  return html
}

/** The same without any markup, a line for each block: for mails, feeds and the widget. Raw HTML is left out. */
export function plainOf(markdown: string): string {
  const tree = unified().use(remarkParse).parse(markdown) as Root // what it parses to
  return tree.children.map(wordsIn).filter(Boolean).join('\n\n')
}

function wordsIn(node: Nodes): string {
  if (node.type === 'html') return ''
  if (node.type === 'break') return '\n'
  if (node.type === 'text' || node.type === 'inlineCode' || node.type === 'code') return node.value
  if (!('children' in node)) return ''
  const between = node.type === 'list' ? '\n' : node.type === 'listItem' || node.type === 'blockquote' ? ' ' : ''
  return node.children.map(wordsIn).filter(Boolean).join(between)
}
