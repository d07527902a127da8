import { useEffect, useState } from 'preact/hooks'
import type { Locale } from '../../content/schema.ts'
import { dateTime } from '../format.ts'
import { Attachments } from './Attachments.tsx'
import { type LiveMessage, listen } from './thread.ts'
import './thread.css'

type Props = {
  /** Where the ticket's events come from. */
  stream: string
  /** From where on; what is older is in `messages`. */
  cursor: string
  messages: LiveMessage[]
  /** Who reads: their own words stand on the other side. */
  reader: 'customer' | 'staff'
  locale: Locale
  timeZone: string
  phrases: { label: string; note: string; you: string; files: string; quoted: string; original?: string }
}

/** What was written, finished as HTML by the server; with script, what is written next comes by itself. */
export function Thread({ stream, cursor, messages: written, reader, locale, timeZone, phrases }: Props) {
  const [messages, setMessages] = useState(written)

  useEffect(() => listen({ stream, cursor, onMessage: (message) => setMessages((known) => withOne(known, message)) }), [stream, cursor])

  return (
    <div class="live-log" role="log" aria-label={phrases.label}>
      <ol class="live-thread">
        {messages.map(({ number, author, authorName, text, quoted, at, internal, mailId, attachments }) => (
          <li key={number} class={`words words--${author === reader ? 'own' : 'other'} ${internal ? 'words--note' : ''}`}>
            <p class="words-head">
              <strong>{authorName || phrases.you}</strong> {internal && <span>{phrases.note}</span>}{' '}
              <time dateTime={new Date(at).toISOString()}>{dateTime(at, locale, timeZone)}</time>
            </p>
            <p class="words-text">{text}</p>
            <Attachments files={attachments} locale={locale} label={phrases.files} />
            {quoted && (
              <details class="words-quoted">
                <summary>{phrases.quoted}</summary>
                <p class="words-text">{quoted}</p>
              </details>
            )}
            {mailId && phrases.original && (
              <p class="words-head">
                <a href={`/desk/mail/${mailId}`}>{phrases.original}</a>
              </p>
            )}
          </li>
        ))}
      </ol>
    </div>
  )
}

/** By number, so that what comes twice shows once. */
function withOne(known: LiveMessage[], message: LiveMessage): LiveMessage[] {
  if (known.some(({ number }) => number === message.number)) return known
  return [...known, message].sort((a, b) => a.number - b.number)
}
