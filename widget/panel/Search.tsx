import { useEffect, useState } from 'preact/hooks'
import type { Fragment, SearchHit } from '../../api/help/search/engine.ts'
import { type Refusal, search, tellSettled } from './api.ts'
import { Icon } from './Icon.tsx'
import { Problem } from './Problem.tsx'
import { t } from './setting.ts'

const TYPING_MS = 120
const SETTLED_MS = 2_000

type Found = { step: 'searching' } | { step: 'found'; hits: SearchHit[] } | { step: 'refused'; problem: Refusal }
type Props = { query: string; onRead: (slug: string, anchor: string) => void; onAsk: () => void }

/** What fits the words in the field, while they are being typed. */
export function Search({ query, onRead, onAsk }: Props) {
  const [found, setFound] = useState<Found>({ step: 'searching' })
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    const outdated = new AbortController()
    const timer = setTimeout(async () => {
      const answer = await search(query, outdated.signal)
      if (outdated.signal.aborted) return
      setFound(answer.ok ? { step: 'found', hits: answer.value.hits } : { step: 'refused', problem: answer.problem })
    }, TYPING_MS)
    return () => {
      clearTimeout(timer)
      outdated.abort()
    }
  }, [query, attempt])

  useEffect(() => {
    if (found.step !== 'found') return
    const settled = setTimeout(() => tellSettled(query), SETTLED_MS)
    return () => clearTimeout(settled)
  }, [found, query])

  if (found.step === 'searching') return <Skeleton />
  if (found.step === 'refused') return <Problem problem={found.problem} onRetry={() => setAttempt(attempt + 1)} />
  const { hits } = found
  return (
    <section aria-label={t('search.results')}>
      <p class="visually-hidden" role="status">
        {hits.length ? t('search.found', { n: hits.length }) : t('search.none', { query })}
      </p>
      {hits.length > 0 && <ul class="list">{hits.map((hit) => Hit({ hit, onRead, onOpen: () => tellSettled(query, hit.path) }))}</ul>}
      <div class={hits.length ? 'aside' : 'aside aside--alone'}>
        {hits.length === 0 && <strong>{t('search.none', { query })}</strong>}
        {hits.length === 0 && <p>{t('search.none-hint')}</p>}
        <button type="button" class="button button--quiet" onClick={onAsk}>
          {t('search.ask')}
        </button>
      </div>
    </section>
  )
}

function Hit({ hit, onRead, onOpen }: { hit: SearchHit; onOpen: () => void } & Pick<Props, 'onRead'>) {
  const [, slug = '', anchor = ''] = /\/help\/([^/#]+)(?:#(.*))?$/.exec(hit.path) ?? []
  const words = (
    <span class="row-words">
      {hit.code && <span class="row-text">{t('search.code', { code: hit.code })}</span>}
      <span class="row-title">
        <Marked fragments={hit.titleFragments} />
      </span>
      <span class="row-text">
        <Marked fragments={hit.passage} />
      </span>
    </span>
  )
  return (
    <li key={hit.id} lang={hit.language}>
      {hit.kind === 'article' ? (
        <button
          type="button"
          class="row-link"
          onClick={() => {
            onOpen()
            onRead(slug, anchor)
          }}
        >
          {words}
          <Icon name="next" />
        </button>
      ) : (
        <a class="row-link" href={hit.path} target="_blank" rel="noopener" onClick={onOpen}>
          {words}
          <span class="visually-hidden">{t('search.new-tab')}</span>
          <Icon name="outside" />
        </a>
      )}
    </li>
  )
}

function Marked({ fragments }: { fragments: Fragment[] }) {
  return fragments.map(({ text, hit }) => (hit ? <mark>{text}</mark> : text))
}

function Skeleton() {
  return (
    <div class="list" aria-busy="true">
      {[70, 55, 85, 60].map((width) => (
        <div class="row-link" key={width}>
          <span class="row-words">
            <span class="skeleton" style={{ inlineSize: `${width}%` }}>
              &nbsp;
            </span>
            <span class="skeleton">&nbsp;</span>
          </span>
        </div>
      ))}
    </div>
  )
}
