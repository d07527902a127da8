import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Fragment, SearchAnswer, SearchHit } from '../../api/help/search/engine.ts'
import { type Refusal, search, tellSettled } from './api.ts'
import { Icon } from './Icon.tsx'
import { Problem } from './Problem.tsx'
import { t } from './setting.ts'

const TYPING_MS = 120
const SETTLED_MS = 2_000

type Found = { step: 'searching' } | { step: 'found'; answer: SearchAnswer } | { step: 'refused'; problem: Refusal }
type Props = { query: string; onRead: (slug: string, anchor: string) => void; onMeant: (words: string) => void; onAsk: () => void }

/** What fits the words in the field, while they are being typed. */
export function Search({ query, onRead, onMeant, onAsk }: Props) {
  const [found, setFound] = useState<Found>({ step: 'searching' })
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    const outdated = new AbortController()
    const timer = setTimeout(async () => {
      const answer = await search(query, outdated.signal)
      if (outdated.signal.aborted) return
      setFound(answer.ok ? { step: 'found', answer: answer.value } : { step: 'refused', problem: answer.problem })
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
  const { hits, didYouMean } = found.answer
  return (
    <section aria-label={t('search.results')}>
      <p class="visually-hidden" role="status">
        {hits.length ? t('search.found', { n: hits.length }) : t('search.none', { query })}
      </p>
      {didYouMean && (
        <p class="meant">
          {t('search.did-you-mean')}{' '}
          <button type="button" class="text-button" onClick={() => onMeant(didYouMean)}>
            {didYouMean}
          </button>
          ?
        </p>
      )}
      {hits.length > 0 && <ul class="list">{hits.map((hit) => Hit({ hit, onRead, onOpen: (path) => tellSettled(query, path) }))}</ul>}
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

type HitProps = { hit: SearchHit; onOpen: (path: string) => void } & Pick<Props, 'onRead'>

/** A page by its best section, and below it the others that answer nearly as well. */
function Hit({ hit, onRead, onOpen }: HitProps) {
  const { id, kind, code, language, path, heading, titleFragments, passage, others } = hit
  const parts = others.map((part) => (
    <Row key={part.id} {...{ kind, path: part.path, onRead, onOpen }} isPart>
      <span class="row-title">{part.heading}</span>
      <Passage fragments={part.passage} />
    </Row>
  ))
  return (
    <li key={id} lang={language}>
      <Row {...{ kind, path, onRead, onOpen }}>
        {code && <span class="row-text">{t('search.code', { code })}</span>}
        <span class="row-title">
          <Marked fragments={titleFragments} />
        </span>
        {heading && <span class="row-heading">{heading}</span>}
        <Passage fragments={passage} />
      </Row>
      {parts}
    </li>
  )
}

type RowProps = Pick<SearchHit, 'kind' | 'path'> & Pick<HitProps, 'onRead' | 'onOpen'> & { isPart?: boolean; children: ComponentChildren }

/** Articles open here, products beside the page around us. */
function Row({ kind, path, isPart, onRead, onOpen, children }: RowProps) {
  const style = isPart ? 'row-link row-link--part' : 'row-link'
  const words = <span class="row-words">{children}</span>
  if (kind === 'product')
    return (
      <a class={style} href={path} target="_blank" rel="noopener" onClick={() => onOpen(path)}>
        {words}
        <span class="visually-hidden">{t('search.new-tab')}</span>
        <Icon name="outside" />
      </a>
    )
  const [, slug = '', anchor = ''] = /\/help\/([^/#]+)(?:#(.*))?$/.exec(path) ?? []
  const read = () => {
    onOpen(path)
    onRead(slug, anchor)
  }
  return (
    <button type="button" class={style} onClick={read}>
      {words}
      <Icon name="next" />
    </button>
  )
}

function Passage({ fragments }: { fragments: Fragment[] }) {
  return (
    <span class="row-text">
      <Marked fragments={fragments} />
    </span>
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
