/** All that page and frame say to each other. What is not one of these is not ours and is ignored. */
export type ToFrame = { torv: 'hello' } | { torv: 'opened'; page: Page } | { torv: 'closed' }
export type ToPage = { torv: 'launcher'; label: string; accent: string; unread: number } | { torv: 'close' }

/** Where the widget was opened, for who answers. */
export type Page = { url: string; title: string }

type Sender = { source: unknown; origin: string | undefined }
type Received = Pick<MessageEvent, 'source' | 'origin' | 'data'>

/** What the frame says. Only this window counts, and only while it shows a document of this origin. */
export function fromFrame(event: Received, frame: Sender): ToPage | undefined {
  const said = isFrom(event, frame) && record(event.data)
  if (!said) return undefined
  if (said.torv === 'close') return { torv: 'close' }
  const { label, accent, unread } = said
  const isLauncher = said.torv === 'launcher' && isText(label) && isColour(accent) && Number.isInteger(unread)
  return isLauncher ? { torv: 'launcher', label, accent, unread: Number(unread) } : undefined
}

/** What the page around us says. Only the page itself counts, and only if its origin is one of the site's. */
export function fromPage(event: Received, page: { source: unknown; origins: string[] }): ToFrame | undefined {
  const origin = page.origins.find((origin) => origin === event.origin)
  const said = isFrom(event, { source: page.source, origin }) && record(event.data)
  if (!said) return undefined
  if (said.torv === 'hello' || said.torv === 'closed') return { torv: said.torv }
  const opened = said.torv === 'opened' && record(said.page)
  return opened && isText(opened.url) && isText(opened.title)
    ? { torv: 'opened', page: { url: opened.url, title: opened.title } }
    : undefined
}

function isFrom(event: Received, { source, origin }: Sender): boolean {
  // A frame that has not loaded has no window: nothing may equal nothing.
  return Boolean(source && origin) && event.source === source && event.origin === origin
}

function record(data: unknown): Record<string, unknown> | undefined {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : undefined // any object has string keys
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length < 3000
}

/** As `getComputedStyle` writes them: `rgb(1, 2, 3)`, `oklch(0.5 0.1 180)`. */
function isColour(value: unknown): value is string {
  return isText(value) && /^[a-z]+\([\d\s.,%/]+\)$/.test(value)
}
