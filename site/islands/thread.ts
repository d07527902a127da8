import type { Upload } from '../../api/files/store.ts'

export type LiveMessage = {
  number: number
  author: 'customer' | 'staff'
  authorName: string
  text: string
  /** What a mail repeats of the ones before it. */
  quoted: string
  at: number
  internal?: boolean
  attachments: Upload[]
  /** The mail it came as, for staff. */
  mailId?: number | null
}

type Listening = { stream: string; cursor: string; onMessage: (message: LiveMessage) => void }

const MAX_PAUSE_MS = 30_000

/**
 * Listens to a ticket; returns what ends it. A browser comes back by itself when a connection breaks, but not when it was
 * refused: then we do, from the last id that was seen. A change of status is told to the page as a `ticket-status` event.
 */
export function listen({ stream, cursor, onMessage }: Listening): () => void {
  let since = cursor
  let pause = 1000
  let timer: ReturnType<typeof setTimeout> | undefined
  let source: EventSource

  const connect = () => {
    // A stream speaks the page's language: it cannot be told so in a header.
    const asked = new URLSearchParams({ since, locale: document.documentElement.lang })
    source = new EventSource(`${stream}?${asked}`)
    const on = (kind: string, take: (data: unknown) => void) =>
      source.addEventListener(kind, ({ data, lastEventId }) => {
        since = lastEventId || since
        take(JSON.parse(data))
      })
    on('ready', () => {
      pause = 1000
    })
    on('message', (data) => onMessage(data as LiveMessage)) // as the API sends it
    on('status', (detail) => document.dispatchEvent(new CustomEvent('ticket-status', { detail })))
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return
      timer = setTimeout(connect, pause)
      pause = Math.min(MAX_PAUSE_MS, pause * 2)
    }
  }

  connect()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
