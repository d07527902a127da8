import { useEffect, useRef, useState } from 'preact/hooks'
import type { Fragment, SearchHit } from '../../api/help/search/engine.ts'
import type { Locale } from '../../content/schema.ts'
import { pathWithQuery, rememberQuery, searchWhileTyping } from './search.ts'
import './search-box.css'

const PAUSE_MS = 80

export type SearchBoxPhrases = {
  label: string
  placeholder: string
  submit: string
  /** What a screen reader hears, by number of hits. */
  found: string[]
  none: string
  all: string
  kind: Record<SearchHit['kind'], string>
  /** Of a hit that explains the code somebody typed: `{code}` is the code. */
  code: string
}

type Props = { locale: Locale; action: string; query?: string; phrases: SearchBoxPhrases }

/** A combobox as WAI-ARIA describes it, around a form that works without script. */
export function SearchBox({ locale, action, query = '', phrases }: Props) {
  const [text, setText] = useState(query)
  const [hits, setHits] = useState<SearchHit[] | null>(null)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const form = useRef<HTMLFormElement>(null)
  const typed = useRef(false)

  useEffect(() => {
    if (!typed.current) return
    const asked = text.trim()
    const abort = new AbortController()
    const pause = setTimeout(async () => {
      const found = asked ? await searchWhileTyping(asked, locale, abort.signal) : null
      if (abort.signal.aborted) return
      setHits(found)
      setActive(-1)
      setOpen(found !== null)
    }, PAUSE_MS)
    return () => {
      clearTimeout(pause)
      abort.abort()
    }
  }, [text, locale])

  useEffect(() => {
    const close = (event: Event) => !form.current?.contains(event.target as Node) && setOpen(false) // targets on a page are nodes
    document.addEventListener('pointerdown', close)
    return () => document.removeEventListener('pointerdown', close)
  }, [])

  function onKeyDown(event: KeyboardEvent) {
    const last = (hits?.length ?? 0) - 1
    if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      setOpen(false)
    } else if (event.key === 'ArrowDown' && last >= 0) {
      event.preventDefault()
      setActive(!isOpen || active === last ? 0 : active + 1)
      setOpen(true)
    } else if (event.key === 'ArrowUp' && isOpen && last >= 0) {
      event.preventDefault()
      setActive(active <= 0 ? last : active - 1)
    } else if (event.key === 'Enter' && isOpen && active >= 0) {
      event.preventDefault()
      document.getElementById(`search-hit-${active}`)?.click()
    }
  }

  const shown = isOpen && hits ? hits : []
  const asked = text.trim()
  return (
    <search class="search-box">
      <form
        ref={form}
        action={action}
        onSubmit={() => rememberQuery(asked)}
        onFocusOut={(event) => !form.current?.contains(event.relatedTarget as Node | null) && setOpen(false)} // a node, or nothing
      >
        <label class="visually-hidden" for="search-box">
          {phrases.label}
        </label>
        <svg
          viewBox="0 0 24 24"
          width="24"
          height="24"
          fill="none"
          stroke="currentColor"
          stroke-width="1.75"
          stroke-linecap="round"
          aria-hidden="true"
        >
          <path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.9-4.9" />
        </svg>
        <input
          class="input"
          id="search-box"
          type="text"
          name="q"
          value={text}
          placeholder={phrases.placeholder}
          maxLength={200}
          required
          autocomplete="off"
          enterkeyhint="search"
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-controls="search-hits"
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 && isOpen ? `search-hit-${active}` : undefined}
          onInput={(event) => {
            typed.current = true
            setText(event.currentTarget.value)
          }}
          onFocus={() => setOpen(hits !== null && typed.current)}
          onKeyDown={onKeyDown}
        />
        <button class="button" type="submit">
          {phrases.submit}
        </button>

        <div class="hits" hidden={!isOpen || !hits}>
          <div id="search-hits" role="listbox" aria-label={phrases.label}>
            {shown.map((hit, at) => (
              <a
                key={hit.id}
                id={`search-hit-${at}`}
                class="hit"
                role="option"
                aria-selected={at === active}
                tabIndex={-1}
                lang={hit.language}
                href={pathWithQuery(hit.path, asked)}
                onClick={() => rememberQuery(asked)}
              >
                <span class="hit-title">
                  <Marked text={hit.titleFragments} />
                  {hit.heading && <span class="hit-heading"> · {hit.heading}</span>}
                </span>
                <span class="hit-passage">
                  <Marked text={hit.passage} />
                </span>
                <span class="hit-kind">{hit.code ? phrases.code.replace('{code}', hit.code) : phrases.kind[hit.kind]}</span>
              </a>
            ))}
          </div>
          {shown.length === 0 ? (
            <p class="hits-none">{phrases.none}</p>
          ) : (
            <button class="hits-all" type="submit">
              {phrases.all}
            </button>
          )}
        </div>
        <p class="visually-hidden" role="status">
          {isOpen && hits ? (phrases.found[hits.length] ?? '') : ''}
        </p>
      </form>
    </search>
  )
}

function Marked({ text }: { text: Fragment[] }) {
  return <>{text.map(({ text, hit }) => (hit ? <mark>{text}</mark> : text))}</>
}
