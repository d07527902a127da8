import type { Element, Root, RootContent } from 'hast'
import type { Attachment } from 'postal-mime'
import rehypeParse from 'rehype-parse'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { bytesOf, mustBeShallow, readMime } from './parse.ts'
import { withoutSecrets } from './secrets.ts'

const MAX_HTML = 1_000_000
const MAX_PICTURE_BYTES = 2_000_000
/** What browsers draw and what cannot hold a script. */
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
const REMOTE = /^https?:\/\//i

export type MailView = { html: string; remoteImages: number }

/**
 * A mail's HTML as it may stand in a frame at the desk: text, tables, links and the pictures that came with it. Pictures from elsewhere
 * are left out unless asked for: fetching one tells its sender who reads the mail, when and where.
 */
export async function viewMail(raw: Uint8Array, { remote }: { remote: boolean }): Promise<MailView> {
  const { html, attachments } = await readMime(raw)
  mustBeShallow((html ?? '').slice(0, MAX_HTML))
  const tree = unified()
    .use(rehypeParse, { fragment: true })
    .parse((html ?? '').slice(0, MAX_HTML))
  const clean = unified().use(rehypeSanitize, SCHEMA).runSync(tree)
  const remoteImages = settlePictures(clean, { remote, enclosed: enclosedPictures(attachments) })
  settleLinks(clean)
  return { html: withoutSecrets(unified().use(rehypeStringify).stringify(clean)), remoteImages }
}

const LOOKS = [
  'align',
  'bgColor',
  'border',
  'cellPadding',
  'cellSpacing',
  'colSpan',
  'rowSpan',
  'dir',
  'lang',
  'title',
  'vAlign',
  'width',
  'height',
]
const SCHEMA = {
  ...defaultSchema,
  tagNames: (defaultSchema.tagNames ?? [])
    .filter((name) => !['input', 'details', 'summary', 'picture', 'source'].includes(name))
    .concat(['center', 'font', 'u', 'small', 'big']),
  attributes: { a: ['href'], img: ['src', 'alt'], font: ['color', 'size'], '*': LOOKS },
  protocols: { href: ['http', 'https', 'mailto', 'tel'], src: ['http', 'https', 'cid'] },
  strip: ['script', 'style', 'title', 'head', 'template', 'noscript'],
  clobber: [],
}

/** Returns how many pictures are elsewhere. */
function settlePictures(tree: Root | RootContent, { remote, enclosed }: { remote: boolean; enclosed: Map<string, string> }): number {
  let elsewhere = 0
  visit(tree, 'element', (node: Element) => {
    if (node.tagName !== 'img') return
    const src = String(node.properties.src ?? '')
    if (REMOTE.test(src)) elsewhere++
    const shown = src.toLowerCase().startsWith('cid:') ? enclosed.get(src.slice(4)) : remote && REMOTE.test(src) ? src : undefined
    if (shown) node.properties.src = shown
    else delete node.properties.src
  })
  return elsewhere
}

function settleLinks(tree: Root | RootContent) {
  visit(tree, 'element', (node: Element) => {
    if (node.tagName === 'a') Object.assign(node.properties, { target: '_blank', rel: ['noopener', 'noreferrer', 'nofollow'] })
  })
}

function enclosedPictures(attachments: Attachment[]): Map<string, string> {
  const pictures = attachments.filter(
    ({ contentId, mimeType, content }) => contentId && PICTURES.includes(mimeType) && bytesOf(content).byteLength <= MAX_PICTURE_BYTES,
  )
  return new Map(
    pictures.map(({ contentId = '', mimeType, content }) => [
      contentId.replace(/^<|>$/g, ''),
      `data:${mimeType};base64,${Buffer.from(bytesOf(content)).toString('base64')}`,
    ]),
  )
}
