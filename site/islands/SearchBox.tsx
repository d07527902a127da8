import { useEffect, useRef, useState } from 'preact/hooks'
import type { Fragment } from '../../api/help/search/engine.ts'
import type { Locale } from '../../content/schema.ts'
import { forgetSearches, recentSearches, rememberSearch } from './recent-searches.ts'
import { rememberQuery } from './search.ts'
import { type Group, recentGroup, type Suggestion, type SuggestionPhrases, suggestionsFor } from './suggestions.ts'
import { useOwnCases, useSearch } from './use-search.ts'
import './search-box.css'

export type SearchBoxPhrases = SuggestionPhrases & {
  label: string
  placeholder: string
  submit: string
  /** What a screen reader hears, by number of suggestions. */
  found: string[]
  none: string
  all: string
  forget: string
}

type Props = { locale: Locale; action: string; query?: string; phrases: SearchBoxPhrases }

/** A combobox with a list, as the ARIA Authoring Practices describe it, around a form that works without script. */
export function SearchBox({ locale, action, query = '', phrases }: Props) {
  const [text, setText] = useState(query)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const [recent, setRecent] = useState<string[]>([])
  const form = useRef<HTMLFormElement>(null)
  const { found, ask } = useSearch(locale)
  const cases = useOwnCases(found)

  useEffect(() => {
    const close = (event: Event) => !form.current?.contains(event.target as Node) && setOpen(false) // targets on a page are nodes
    document.addEventListener('pointerdown', close)
    return () => document.removeEventListener('pointerdown', close)
  }, [])
  useEffect(() => setActive(-1), [found])

  const asked = text.trim()
  const groups = asked
    ? found
      ? suggestionsFor({ ...found, cases }, { locale, action, phrases })
      : []
    : recentGroup(recent, { action, phrases })
  const all = groups.flatMap(({ suggestions }) => suggestions)
  const isShown = isOpen && (asked ? found !== null : all.length > 0)

  function type(typed: string) {
    setText(typed)
    setOpen(true)
    ask(typed)
  }

  function open() {
    setRecent(recentSearches())
    setOpen(true)
    if (asked && !found) ask(text)
  }

  function leaveFor() {
    if (!asked) return
    rememberQuery(asked)
    rememberSearch(asked)
  }

  function onKeyDown(event: KeyboardEvent) {
    const acts = keyActs(event)
    if (!acts) return
    event.preventDefault()
    acts()
  }

  /** Home, End and the arrows to the sides stay with the text, where they move the caret and leave the list. */
  function keyActs({ key, altKey }: KeyboardEvent): (() => void) | undefined {
    const last = all.length - 1
    const move = (to: number) => () => (isShown ? setActive(to) : open())
    if (['Home', 'End', 'ArrowLeft', 'ArrowRight'].includes(key)) setActive(-1)
    if (key === 'Escape') return isShown ? () => setOpen(false) : text ? () => type('') : undefined
    if (key === 'ArrowDown') return altKey ? open : move(active >= last ? 0 : active + 1)
    if (key === 'ArrowUp') return altKey ? () => setOpen(false) : move(active <= 0 ? last : active - 1)
    if (key === 'Enter' && isShown && active >= 0) return () => document.getElementById(`search-hit-${active}`)?.click()
    return undefined
  }

  return (
    <search class="search-box">
      <form
        ref={form}
        action={action}
        onSubmit={leaveFor}
        onFocusOut={(event) => !form.current?.contains(event.relatedTarget as Node | null) && setOpen(false)} // a node, or nothing
      >
        <label class="visually-hidden" for="search-box">
          {phrases.label}
        </label>
        <Glass />
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
          aria-expanded={isShown && all.length > 0}
          aria-controls="search-hits"
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 && isShown ? `search-hit-${active}` : undefined}
          onInput={(event) => type(event.currentTarget.value)}
          onFocus={open}
          onKeyDown={onKeyDown}
        />
        <button class="button" type="submit">
          {phrases.submit}
        </button>

        <div class="hits" hidden={!isShown} data-asked={found?.asked}>
          <div id="search-hits" role="listbox" aria-label={phrases.label}>
            {isShown && groups.map((group) => <Options key={group.name} group={group} all={all} active={active} onClick={leaveFor} />)}
          </div>
          {asked ? (
            <button class="hits-all" type="submit">
              {all.length ? phrases.all : phrases.none}
            </button>
          ) : (
            <button
              class="hits-all"
              type="button"
              onClick={() => {
                forgetSearches()
                setRecent([])
              }}
            >
              {phrases.forget}
            </button>
          )}
        </div>
        <p class="visually-hidden" role="status">
          {isShown ? (phrases.found[Math.min(all.length, phrases.found.length - 1)] ?? '') : ''}
        </p>
      </form>
    </search>
  )
}

type OptionsProps = { group: Group; all: Suggestion[]; active: number; onClick: () => void }

function Options({ group: { name, suggestions }, all, active, onClick }: OptionsProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list box may hold groups, and no fieldset
    <div role="group" aria-label={name}>
      <div class="hits-name" aria-hidden="true">
        {name}
      </div>
      {suggestions.map((one) => {
        const at = all.indexOf(one)
        return (
          <a
            key={one.key}
            id={`search-hit-${at}`}
            class={one.isPart ? 'hit hit--part' : 'hit'}
            role="option"
            aria-selected={at === active}
            tabIndex={-1}
            lang={one.language}
            href={one.href}
            onClick={onClick}
          >
            <span class="hit-title">
              <Marked text={one.title} />
              {one.heading && <span class="hit-heading"> · {one.heading}</span>}
            </span>
            {one.passage && (
              <span class="hit-passage">
                <Marked text={one.passage} />
              </span>
            )}
            {one.note && <span class="hit-kind">{one.note}</span>}
          </a>
        )
      })}
    </div>
  )
}

function Glass() {
  return (
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
  )
}

function Marked({ text }: { text: Fragment[] }) {
  return <>{text.map(({ text, hit }) => (hit ? <mark>{text}</mark> : text))}</>
}
