import type { Element, ElementContent, Root, RootContent } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import type { Root as MarkdownRoot } from 'mdast'
import rehypeSanitize, { defaultSchema, type Options } from 'rehype-sanitize'
import rehypeSlug from 'rehype-slug'
import rehypeStringify from 'rehype-stringify'
import remarkDirective from 'remark-directive'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import type { Locale, Section } from './schema.ts'

const LIVE_LINK = /^(https:|mailto:|tel:|#|\/(?![/\\]))/i
const CALLOUTS = new Set(['note', 'tip', 'warning'])

export type RenderedArticle = { html: string; sections: Section[]; links: string[] }

/**
 * Markdown to clean HTML and its sections. Raw HTML is dropped, and so is every link that is not https, mailto, tel or ours;
 * `article:` and `product:` links lead to the page in `locale` and are returned in `links` for the loader to check.
 */
export function renderMarkdown(markdown: string, locale: Locale): RenderedArticle {
  const links: string[] = []
  const html = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkDirective)
    .use(callouts)
    .use(remarkRehype)
    .use(ownLinks, { locale, links })
    .use(rehypeSanitize, sanitizeSchema)
    .use(namedHeadings)
    .use(rehypeSlug)
    .use(outsideLinks)
    .use(scrollableTables)
  const tree = html.runSync(html.parse(markdown)) as Root
  return { html: unified().use(rehypeStringify).stringify(tree), sections: sectionsOf(tree), links }
}

// Headings get their ids after cleaning, so those need no prefix: the only ones a writer can set are `{#words-and-hyphens}`.
const sanitizeSchema: Options = {
  ...defaultSchema,
  attributes: { ...defaultSchema.attributes, aside: [['className', 'callout', /^callout--/]], p: [['className', 'callout-title']] },
  tagNames: [...(defaultSchema.tagNames ?? []), 'aside'],
  protocols: { ...defaultSchema.protocols, href: ['https', 'mailto', 'tel'] },
}

function callouts() {
  return (tree: MarkdownRoot) =>
    visit(tree, (node) => {
      if (node.type !== 'containerDirective' && node.type !== 'leafDirective' && node.type !== 'textDirective') return
      const isCallout = node.type === 'containerDirective' && CALLOUTS.has(node.name)
      // Prose such as "02:00" or "R:410" parses as a text directive; what is no callout is put back as it was written.
      if (!isCallout) {
        if (node.type === 'textDirective') Object.assign(node, { type: 'text', value: `:${node.name}`, children: undefined })
        return
      }
      node.data = { hName: 'aside', hProperties: { className: ['callout', `callout--${node.name}`] } }
      const label = node.children[0]
      if (label?.type === 'paragraph' && label.data && 'directiveLabel' in label.data) {
        label.data = { ...label.data, hProperties: { className: ['callout-title'] } }
      }
    })
}

function ownLinks({ locale, links }: { locale: Locale; links: string[] }) {
  return (tree: Root) =>
    visit(tree, 'element', (node) => {
      const href = node.tagName === 'a' ? String(node.properties.href ?? '') : ''
      const own = /^(article|product):([a-z0-9-]+)(#[\w-]+)?$/.exec(href)
      if (own) {
        links.push(`${own[1]}:${own[2]}`)
        node.properties.href = `/${locale}/${own[1] === 'article' ? 'help' : 'products'}/${own[2]}${own[3] ?? ''}`
      } else if (node.tagName === 'a' && !LIVE_LINK.test(href)) {
        // "//host" and "\\host" are other hosts without saying so.
        delete node.properties.href
      }
    })
}

/** `## E7: high pressure {#e7}` has the anchor `e7` in every language, whatever becomes of its words. */
function namedHeadings() {
  return (tree: Root) =>
    visit(tree, 'element', (node) => {
      const last = node.children.at(-1)
      if (!/^h[1-6]$/.test(node.tagName) || last?.type !== 'text') return
      const named = /^(.*?)\s*\{#([a-z0-9]+(?:-[a-z0-9]+)*)\}\s*$/s.exec(last.value)
      if (!named) return
      last.value = named[1] ?? ''
      node.properties.id = named[2] ?? ''
    })
}

function outsideLinks() {
  return (tree: Root) =>
    visit(tree, 'element', (node) => {
      if (node.tagName === 'a' && String(node.properties.href ?? '').startsWith('http')) node.properties.rel = ['noopener', 'noreferrer']
    })
}

/** A wide table scrolls by itself and can be reached by keyboard, so the page never scrolls sideways. */
function scrollableTables() {
  return (tree: Root) =>
    visit(tree, 'element', (node, index, parent) => {
      if (node.tagName !== 'table' || !parent || index === undefined || (parent as Element).properties?.tabIndex === 0) return
      const wrapper: Element = {
        type: 'element',
        tagName: 'div',
        properties: { className: ['table-scroll'], tabIndex: 0 },
        children: [node],
      }
      parent.children[index] = wrapper
    })
}

/** One section per h2 and h3, each with the plain text that stands under it; what stands first has no anchor. */
function sectionsOf(tree: Root): Section[] {
  const sections: Section[] = [{ anchor: '', heading: '', level: 1, text: '' }]
  for (const node of tree.children) {
    const level = node.type === 'element' ? headingLevel(node) : 0
    if (node.type === 'element' && level) {
      sections.push({ anchor: String(node.properties.id ?? ''), heading: textOf(node), level, text: '' })
    } else {
      const section = sections.at(-1)
      if (section) section.text = `${section.text} ${blockText(node)}`.trim()
    }
  }
  return sections.filter((section) => section.heading || section.text)
}

function headingLevel(node: Element): number {
  return node.tagName === 'h2' ? 2 : node.tagName === 'h3' ? 3 : 0
}

/** Text with spaces between blocks, so that cells and list items do not run together. */
function blockText(node: RootContent | ElementContent): string {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return ''
  const inline = ['a', 'strong', 'em', 'code', 'del', 'span'].includes(node.tagName)
  const inner = node.children.map(blockText).join('')
  return (inline ? inner : ` ${inner} `).replace(/\s+/g, ' ')
}
