import { useEffect, useRef, useState } from 'preact/hooks'
import type { FrameData } from '../../api/widget/frame.ts'
import type { Summary } from '../../api/widget/view.ts'
import { conversations } from './api.ts'
import { CloseButton } from './Bar.tsx'
import { Icon } from './Icon.tsx'
import { Search } from './Search.tsx'
import { setting, t } from './setting.ts'
import { visitorToken } from './visitor.ts'

type Props = {
  /** Hidden rather than taken away, so that coming back finds everything as it was. */
  hidden: boolean
  isOpen: boolean
  unread: Record<string, number>
  onRead: (slug: string, anchor?: string) => void
  onWrite: (words: string) => void
  onContinue: (reference: string) => void
}

export function Home({ hidden, isOpen, unread, onRead, onWrite, onContinue }: Props) {
  const { company, notices, popular, firstResponseHours } = setting
  const [query, setQuery] = useState('')
  const [cases, setCases] = useState<Summary[]>([])
  const field = useRef<HTMLInputElement>(null)
  const words = query.trim()

  // Nothing is asked for until the panel is opened, and nothing at all of who has never written.
  useEffect(() => {
    if (!isOpen || hidden || !visitorToken()) return
    void conversations().then((answer) => answer.ok && setCases(answer.value.conversations))
  }, [isOpen, hidden])

  function searchFor(words: string) {
    setQuery(words)
    field.current?.focus()
  }

  function clear(event: KeyboardEvent) {
    if (event.key !== 'Escape' || !query) return
    event.stopPropagation()
    setQuery('')
  }

  return (
    <main class="view" aria-label={setting.company} hidden={hidden}>
      <header class="hello">
        <div class="hello-top">
          <p>{company}</p>
          <CloseButton />
        </div>
        <h1 tabindex={-1}>{t('home.greeting')}</h1>
        <search class="search">
          <Icon name="search" />
          <input
            ref={field}
            class="input"
            type="search"
            autocomplete="off"
            aria-label={t('search.label')}
            placeholder={t('search.placeholder')}
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
            onKeyDown={clear}
          />
          {query && (
            <button type="button" class="icon-button" aria-label={t('search.clear')} onClick={() => searchFor('')}>
              <Icon name="close" />
            </button>
          )}
        </search>
      </header>

      <div class="scroll">
        {words ? (
          <Search query={words} onRead={onRead} onMeant={searchFor} onAsk={() => onWrite(words)} />
        ) : (
          <>
            {notices.map((notice) => (
              <NoticeCard key={notice.title} notice={notice} onRead={onRead} />
            ))}
            {cases.length > 0 && (
              <section>
                <h2 class="heading">{t('home.conversations')}</h2>
                <ul class="list">{cases.map((summary) => Case({ summary, unread: unread[summary.reference] ?? 0, onContinue }))}</ul>
              </section>
            )}
            {popular.length > 0 && (
              <section>
                <h2 class="heading">{t('home.popular')}</h2>
                <ul class="list">
                  {popular.map(({ slug, title }) => (
                    <li key={slug}>
                      <button type="button" class="row-link" onClick={() => onRead(slug)}>
                        <span class="row-words">{title}</span>
                        <Icon name="next" />
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </>
        )}
      </div>

      <footer class="foot">
        <button type="button" class="button" onClick={() => onWrite(words)}>
          {t('home.write')}
        </button>
        <p class="small quiet">{t('home.promise', { n: firstResponseHours })}</p>
      </footer>
    </main>
  )
}

/** Its title says what it is about; the rest is for those whom it concerns. */
function NoticeCard({ notice: { kind, title, text, article }, onRead }: { notice: FrameData['notices'][number] } & Pick<Props, 'onRead'>) {
  return (
    <details class={`notice notice--${kind}`}>
      <summary>
        <span>{title}</span>
        <Icon name="down" />
      </summary>
      <p>{text}</p>
      {article && (
        <button type="button" class="text-button" onClick={() => onRead(article)}>
          {t('home.read-more')}
        </button>
      )}
    </details>
  )
}

type CaseProps = { summary: Summary; unread: number; onContinue: Props['onContinue'] }

function Case({ summary: { reference, subject, label }, unread, onContinue }: CaseProps) {
  return (
    <li key={reference}>
      <button type="button" class="row-link" onClick={() => onContinue(reference)}>
        <span class="row-words">
          <span class="row-title row-title--one-line">{subject}</span>
          <span class="row-text">{label}</span>
        </span>
        {unread > 0 && <span class="count">{unread}</span>}
        <Icon name="next" />
      </button>
    </li>
  )
}
