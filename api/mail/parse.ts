import { compile } from 'html-to-text'
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'
import { type Bounce, bounceIn } from './bounce.ts'
import { fold } from './fold.ts'
import { withoutSecrets } from './secrets.ts'

/** Deeper mails are not read: no mail program makes such. */
const MAX_DEPTH = 40
const MAX_HEADER_BYTES = 512 * 1024
const MAX_TEXT = 200_000
const MAX_HTML = 1_000_000
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]+/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g
const MAX_HTML_DEPTH = 400
const MAX_TAGS = 60_000
/** Elements that need no end, or end by themselves. */
const UNENDED = new Set(
  'area base br col embed hr img input link meta source track wbr p li dt dd td th tr thead tbody tfoot option'.split(' '),
)
/** How much of what was written stands in the thread at once; the rest is folded away below it. */
const MAX_VISIBLE = 20_000
const MAX_ADDRESSES = 50
/** What a signature's pictures are smaller than. */
const SMALL_PICTURE_BYTES = 10_000

export type Mailbox = { email: string; name: string }
export type MailFile = { name: string; declared: string; bytes: Uint8Array }

export type ParsedMail = {
  messageId: string
  /** Undefined unless the mail names exactly one. */
  from: Mailbox | undefined
  to: Mailbox[]
  copies: Mailbox[]
  /** Every address that the mail was sent or delivered to. */
  recipients: string[]
  subject: string
  /** Empty for a mail that no answer should come back to; undefined when the headers do not say. */
  returnPath: string | undefined
  headers: { authenticationResults: string[]; automatic: Record<string, string> }
  text: string
  quoted: string
  hasHtml: boolean
  files: MailFile[]
  bounce: Bounce | undefined
}

/** The headers by which machines say that they are machines. */
export const AUTOMATIC_HEADERS = [
  'auto-submitted',
  'precedence',
  'x-autoreply',
  'x-autorespond',
  'x-auto-response-suppress',
  'list-id',
  'list-unsubscribe',
  'feedback-id',
]

/** Reads one mail. May take long or fail on a hostile one: it is for a thread that can be ended (parser.ts). */
export async function parseMail(raw: Uint8Array, markers: string[]): Promise<ParsedMail> {
  const mail = await readMime(raw)
  const bounce = bounceIn(mail)
  const folded = fold(withoutSecrets(wordsOf(mail).slice(0, MAX_TEXT)), markers)
  const to = mailboxes(mail.to)
  const copies = mailboxes(mail.cc)
  return {
    messageId: oneLine(mail.messageId ?? '').slice(0, 500),
    from: onlySender(mail),
    to,
    copies,
    recipients: [...new Set([...to, ...copies, ...mailboxes(mail.bcc)].map(({ email }) => email).concat(deliveredTo(mail)))],
    subject: oneLine(mail.subject ?? '').slice(0, 300),
    returnPath: returnPathOf(mail),
    headers: {
      authenticationResults: valuesOf(mail, 'authentication-results').slice(0, 20),
      automatic: Object.fromEntries(
        AUTOMATIC_HEADERS.flatMap((name) =>
          valuesOf(mail, name)
            .slice(0, 1)
            .map((value) => [name, value]),
        ),
      ),
    },
    ...withinBounds(folded),
    hasHtml: Boolean(mail.html),
    files: bounce ? [] : mail.attachments.filter(isFile).map(asFile),
    bounce,
  }
}

/** With pictures that stand in the text, for the view of it. */
export async function readMime(raw: Uint8Array): Promise<Email> {
  return PostalMime.parse(raw, {
    attachmentEncoding: 'arraybuffer',
    maxNestingDepth: MAX_DEPTH,
    maxHeadersSize: MAX_HEADER_BYTES,
    maxRfc822NestingDepth: 3,
    forceRfc822Attachments: true,
  })
}

const textOfHtml = compile({
  wordwrap: false,
  limits: { maxInputLength: MAX_HTML, maxDepth: 80, maxChildNodes: 5_000 },
  // All of it: by default what stands outside the first body is left out, and with it what a hostile or broken mail says.
  baseElements: { selectors: [], returnDomByDefault: true },
  selectors: [
    ...['head', 'title', 'style', 'script', 'img'].map((selector) => ({ selector, format: 'skip' })),
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, linkBrackets: ['<', '>'] } },
    { selector: 'blockquote', options: { leadingLineBreaks: 1, trailingLineBreaks: 1, trimEmptyLines: false } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'table', format: 'block' },
  ],
})

function wordsOf({ text, html }: Email): string {
  if (text?.trim()) return clean(text)
  if (!html) return ''
  mustBeShallow(html.slice(0, MAX_HTML))
  return clean(textOfHtml(html.slice(0, MAX_HTML)))
}

/** Programs that read HTML as a tree take a gigabyte for a page that is nothing but beginnings. */
export function mustBeShallow(html: string) {
  let depth = 0
  let tags = 0
  for (const [, end, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    if (UNENDED.has(name.toLowerCase())) continue
    depth = Math.max(0, depth + (end ? -1 : 1))
    if (depth > MAX_HTML_DEPTH || ++tags > MAX_TAGS) throw new Error('The HTML is too complicated')
  }
}

function withinBounds({ text, quoted }: { text: string; quoted: string }) {
  if (text.length <= MAX_VISIBLE) return { text, quoted }
  return { text: text.slice(0, MAX_VISIBLE), quoted: `${text.slice(MAX_VISIBLE)}\n\n${quoted}`.trim() }
}

/** Which of several senders wrote it cannot be told, and what was checked may be another one than what is shown. */
function onlySender(mail: Email): Mailbox | undefined {
  if (mail.headers.filter(({ key }) => key === 'from').length !== 1 || !mail.from) return undefined
  const [sender, ...others] = mailboxes([mail.from])
  return others.length === 0 ? sender : undefined
}

function mailboxes(addresses: Address[] = []): Mailbox[] {
  return addresses
    .flatMap((address) => address.group ?? [address])
    .map(({ name, address }) => ({ email: oneLine(address).toLowerCase(), name: oneLine(name).slice(0, 120) }))
    .filter(({ email }) => /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,190}$/.test(email))
    .slice(0, MAX_ADDRESSES)
}

/** Servers write down whom they delivered to: an address in a blind copy stands nowhere else. */
function deliveredTo(mail: Email): string[] {
  return ['delivered-to', 'x-original-to', 'envelope-to']
    .flatMap((name) => valuesOf(mail, name))
    .map((value) => value.replace(/[<>\s]/g, '').toLowerCase())
    .filter((value) => value.includes('@') && value.length < 255)
    .slice(0, MAX_ADDRESSES)
}

function returnPathOf(mail: Email): string | undefined {
  const [value] = valuesOf(mail, 'return-path')
  return value?.replace(/[<>\s]/g, '').toLowerCase()
}

function valuesOf({ headers }: Email, name: string): string[] {
  return headers.filter(({ key }) => key === name).map(({ value }) => value)
}

/** Pictures of a signature are part of the mail's looks, not of what was sent. */
function isFile({ related, content, mimeType }: Attachment): boolean {
  const isSmallPicture = mimeType.startsWith('image/') && sizeOf(content) < SMALL_PICTURE_BYTES
  return !(related && isSmallPicture)
}

function asFile({ filename, mimeType, content }: Attachment): MailFile {
  return { name: filename ?? nameFor(mimeType), declared: mimeType, bytes: bytesOf(content) }
}

function nameFor(type: string): string {
  return `attachment.${{ 'image/jpeg': 'jpg', 'text/plain': 'txt' }[type] ?? type.split('/').at(-1) ?? 'bin'}`
}

function sizeOf(content: Attachment['content']): number {
  return typeof content === 'string' ? content.length : content.byteLength
}

export function bytesOf(content: Attachment['content']): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content)
  return content instanceof Uint8Array ? content : new Uint8Array(content)
}

function clean(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROL_BUT_LINES, '')
}

/** A line end here would become a header of a mail that we send. */
function oneLine(text: string): string {
  return text.toWellFormed().replace(CONTROL, ' ').trim()
}
