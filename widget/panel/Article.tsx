import { useEffect, useRef, useState } from 'preact/hooks'
import { type Article as ArticleText, countReading, type Refusal, readArticle } from './api.ts'
import { Bar } from './Bar.tsx'
import { Icon } from './Icon.tsx'
import { Problem } from './Problem.tsx'
import { setting, t } from './setting.ts'
import { Vote } from './Vote.tsx'

type Reading = { step: 'loading' } | { step: 'there'; article: ArticleText } | { step: 'refused'; problem: Refusal }
type Props = {
  slug: string
  anchor: string
  onBack: () => void
  onRead: (slug: string, anchor: string) => void
  onAsk: (article: ArticleText) => void
}

export function Article({ slug, anchor, onBack, onRead, onAsk }: Props) {
  const [reading, setReading] = useState<Reading>({ step: 'loading' })
  const [attempt, setAttempt] = useState(0)
  const text = useRef<HTMLDivElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)

  useEffect(() => {
    const outdated = new AbortController()
    setReading({ step: 'loading' })
    void readArticle(slug, outdated.signal).then((answer) => {
      if (outdated.signal.aborted) return
      if (answer.ok) countReading(slug)
      setReading(answer.ok ? { step: 'there', article: answer.value } : { step: 'refused', problem: answer.problem })
    })
    return () => outdated.abort()
  }, [slug, attempt])

  useEffect(() => {
    if (reading.step !== 'there') return
    if (anchor) show(anchor)
    else heading.current?.focus({ preventScroll: true })
  }, [reading, anchor])

  function show(id: string) {
    const target = text.current?.querySelector<HTMLElement>(`#${CSS.escape(id)}`)
    if (!text.current || !target) return
    // Not scrollIntoView, which may move the page around us as well.
    text.current.scrollTop += target.getBoundingClientRect().top - text.current.getBoundingClientRect().top - 12
    target.tabIndex = -1
    target.focus({ preventScroll: true })
  }

  /** Articles open here; everything else opens beside the page, which is not ours to leave. */
  function follow(event: MouseEvent) {
    const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>('a[href]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    const address = new URL(link.href)
    const isOurs = address.origin === location.origin
    const anchor = address.hash.slice(1)
    const other = new RegExp(`^/${setting.locale}/help/([a-z0-9-]+)/?$`).exec(address.pathname)?.[1]
    if (isOurs && anchor && address.pathname === location.pathname) {
      event.preventDefault()
      show(anchor)
    } else if (isOurs && other) {
      event.preventDefault()
      onRead(other, anchor)
    } else {
      link.target = '_blank'
      link.rel = 'noopener'
    }
  }

  return (
    <main class="view" aria-label={setting.company}>
      <Bar onBack={onBack}>
        {reading.step === 'there' && reading.article.path && (
          <a class="text-button" href={reading.article.path} target="_blank" rel="noopener">
            {t('article.page')}
            <span class="visually-hidden"> {t('search.new-tab')}</span>
          </a>
        )}
      </Bar>
      <div class="scroll" ref={text}>
        {reading.step === 'loading' && <Skeleton />}
        {reading.step === 'refused' && <Problem problem={reading.problem} onRetry={() => setAttempt(attempt + 1)} />}
        {reading.step === 'there' && (
          <>
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the clicks are those of links, which keys make as well */}
            <article class="prose" onClick={follow}>
              {stateOf(reading.article).map((words) => (
                <p class="small quiet" key={words}>
                  {words}
                </p>
              ))}
              <h1 ref={heading} tabindex={-1} lang={reading.article.language}>
                {reading.article.title}
              </h1>
              <p class="lead" lang={reading.article.language}>
                {reading.article.summary}
              </p>
              {/* Cleaned when it was read, in content/markdown.ts. */}
              <div lang={reading.article.language} dangerouslySetInnerHTML={{ __html: reading.article.html }} />
            </article>
            <Vote article={reading.article.slug} key={slug} />
            <div class="aside">
              <strong>{t('article.still-stuck')}</strong>
              <button type="button" class="button button--quiet" onClick={() => onAsk(reading.article)}>
                <Icon name="send" />
                {t('article.ask')}
              </button>
            </div>
          </>
        )}
      </div>
    </main>
  )
}

/** What to know before relying on it. */
function stateOf({ language, isArchived, isOutdated }: ArticleText): string[] {
  return [
    ...(isArchived ? [t('article.archived')] : []),
    ...(language === setting.locale ? [] : [t(`article.only-in.${language}`)]),
    ...(isOutdated && language === setting.locale ? [t('article.outdated')] : []),
  ]
}

function Skeleton() {
  return (
    <div class="prose" aria-busy="true">
      {[80, 100, 95, 60, 100, 90, 40].map((width, line) => (
        <p class="skeleton" style={{ inlineSize: `${width}%` }} key={line}>
          &nbsp;
        </p>
      ))}
    </div>
  )
}
