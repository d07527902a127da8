import { existsSync } from 'node:fs'
import { basename, dirname, extname, posix, resolve } from 'node:path'
import type { Definition, Image, Link, Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { type Source, slugOf } from './sources.ts'

/** `to` is below `pictures/`. */
export type Picture = { from: string; to: string }
type Replacement = { start: number; end: number; text: string }

const PICTURES = new Set(['.png', '.jpg', '.jpeg', '.gif', '.webp', '.svg'])
/** What our pages let live; `http:` they do not. */
const ALIVE = /^(https:|mailto:|tel:|#)/i

/**
 * The text with its links leading to our articles and its pictures among ours. Only what must change does: the rest stays letter for
 * letter. `mention` is told what had to be left behind.
 */
export function convertBody(
  source: Source,
  slugs: Map<string, string>,
  mention: (what: string) => void,
): { text: string; pictures: Picture[] } {
  const { markdown } = source
  const pictures: Picture[] = []
  const replacements: Replacement[] = []
  const replace = (node: Link | Image | Definition, text: string) => {
    const [start, end] = [node.position?.start.offset, node.position?.end.offset]
    if (start !== undefined && end !== undefined) replacements.push({ start, end, text })
  }
  const tree: Root = unified().use(remarkParse).use(remarkGfm).parse(markdown)

  visit(tree, (node) => {
    if (node.type === 'html') mention(`HTML is left out: ${short(node.value)}`)
    if (node.type === 'image') replace(node, pictureFor(node, source, pictures, mention))
    if (node.type !== 'link' && node.type !== 'definition') return
    if (ALIVE.test(node.url)) return
    const to = articleAt(node.url, source, slugs)
    if (!to) mention(`a link leads nowhere: ${short(node.url)}`)
    if (node.type === 'link') replace(node, to ? `[${wordsOf(node, markdown)}](${to})` : wordsOf(node, markdown))
    else replace(node, to ? `[${node.label ?? node.identifier}]: ${to}` : '')
    return 'skip'
  })
  return { text: replaced(markdown, replacements), pictures }
}

/** `article:<slug>` with the fragment, for a path to one of them, relative to the file it stands in. */
function articleAt(url: string, { id }: Source, slugs: Map<string, string>): string | undefined {
  const [path = '', fragment] = url.split('#')
  const isWeb = /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(url)
  const named = posix.normalize(posix.join(posix.dirname(id), safelyDecoded(path))).replace(/\.(md|markdown|html?)$/i, '')
  const slug = isWeb ? undefined : (slugs.get(named) ?? slugs.get(path.replace(/^\/+/, '').replace(/\.\w+$/, '')))
  return slug && `article:${slug}${fragment && /^[\w-]+$/.test(fragment) ? `#${fragment}` : ''}`
}

function pictureFor({ url, alt }: Image, { slug, path }: Source, pictures: Picture[], mention: (what: string) => void): string {
  const from = resolve(dirname(path), safelyDecoded(url.split(/[?#]/)[0] ?? ''))
  const ending = extname(from).toLowerCase()
  const isOurs = !/^([a-z][a-z0-9+.-]*:|\/)/i.test(url) && PICTURES.has(ending) && existsSync(from)
  if (!isOurs) {
    mention(`a picture is left out: ${short(url)}`)
    return alt ?? ''
  }
  const to = `articles/${slug}-${slugOf(basename(from, extname(from)))}${ending}`
  pictures.push({ from, to })
  return `![${(alt ?? '').replace(/[[\]\\]/g, '')}](/content/pictures/${to})`
}

function wordsOf(node: Link, markdown: string): string {
  const [first, last] = [node.children[0]?.position?.start.offset, node.children.at(-1)?.position?.end.offset]
  return first === undefined || last === undefined ? '' : markdown.slice(first, last)
}

function replaced(text: string, replacements: Replacement[]): string {
  let done = ''
  let at = 0
  for (const { start, end, text: instead } of replacements.sort((a, b) => a.start - b.start)) {
    done += text.slice(at, start) + instead
    at = end
  }
  return done + text.slice(at)
}

function safelyDecoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`
}
