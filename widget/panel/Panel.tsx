import { useEffect, useRef, useState } from 'preact/hooks'
import type { Message } from '../../api/widget/view.ts'
import { Article } from './Article.tsx'
import { Conversation } from './Conversation.tsx'
import { useFiles } from './files.ts'
import { focusView } from './focus.ts'
import { Home } from './Home.tsx'
import { askToClose, onOpening, showUnread } from './host.ts'
import { t } from './setting.ts'
import { useThread } from './thread.ts'

type View = { name: 'home' } | { name: 'article'; slug: string; anchor: string } | { name: 'conversation' }
type About = { slug: string; title: string }

const HOME: View = { name: 'home' }

export function Panel() {
  const [views, setViews] = useState<View[]>([HOME])
  const [isOpen, setOpen] = useState(false)
  const [isOnline, setOnline] = useState(navigator.onLine)
  const [reference, setReference] = useState<string>()
  const [draft, setDraft] = useState('')
  const [about, setAbout] = useState<About>()
  const [unread, setUnread] = useState<Record<string, number>>({})
  const [spoken, setSpoken] = useState('')
  const leftFrom = useRef<HTMLElement | undefined>(undefined)
  const view = views.at(-1) ?? HOME
  const files = useFiles()
  const thread = useThread(reference, hear, setReference)
  const isReading = isOpen && view.name === 'conversation'

  useEffect(() => {
    onOpening((isOpen) => {
      setOpen(isOpen)
      if (isOpen) focusView()
    })
    const look = () => setOnline(navigator.onLine)
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    window.addEventListener('keydown', (event) => event.key === 'Escape' && !event.defaultPrevented && askToClose())
  }, [])

  useEffect(() => {
    if (isReading && reference && unread[reference]) setUnread({ ...unread, [reference]: 0 })
  }, [isReading, unread])
  useEffect(() => showUnread(isOpen ? 0 : Object.values(unread).reduce((sum, n) => sum + n, 0)), [isOpen, unread])

  // What one came from gets the focus back; otherwise the new view's heading or field takes it.
  useEffect(() => {
    if (!isOpen) return
    if (view.name === 'home' && leftFrom.current?.isConnected) leftFrom.current.focus()
    else if (view.name === 'home') focusView()
  }, [view])

  function hear(message: Message) {
    setSpoken(t('conversation.reply', { name: message.authorName, text: message.text }))
    if (reference) setUnread((counts) => ({ ...counts, [reference]: (counts[reference] ?? 0) + 1 }))
  }

  function go(next: View) {
    if (view.name === 'home' && document.activeElement instanceof HTMLElement) leftFrom.current = document.activeElement
    setViews([...views, next])
  }

  function back() {
    setViews(views.slice(0, -1))
  }

  /** A question of its own, with the words and the article that led to it. */
  function write(words: string, about?: About) {
    setReference(undefined)
    setAbout(about)
    setDraft(draft || words)
    go({ name: 'conversation' })
  }

  const read = (slug: string, anchor = '') => go({ name: 'article', slug, anchor })
  return (
    <>
      {!isOnline && (
        <p class="strip" role="status">
          {t('offline')}
        </p>
      )}
      <Home
        hidden={view.name !== 'home'}
        isOpen={isOpen}
        unread={unread}
        onRead={read}
        onWrite={write}
        onContinue={(reference) => {
          setReference(reference)
          setAbout(undefined)
          go({ name: 'conversation' })
        }}
      />
      {view.name === 'article' && (
        <Article key={`${view.slug}#${view.anchor}`} {...view} onBack={back} onRead={read} onAsk={(article) => write('', article)} />
      )}
      {view.name === 'conversation' && (
        <Conversation
          {...thread}
          reference={reference}
          draft={draft}
          onDraft={setDraft}
          files={files}
          about={about}
          onSend={thread.send}
          onRated={thread.rated}
          onRetry={thread.retry}
          onBack={back}
        />
      )}
      <p class="visually-hidden" aria-live="polite">
        {spoken}
      </p>
    </>
  )
}
