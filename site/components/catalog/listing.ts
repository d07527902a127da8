// What is chosen in the catalogue shows without loading the page again: the page itself is asked, so it looks the same either way.
import { keepPicks } from './picks.ts'

const TYPING_PAUSE_MS = 250

class CatalogListing extends HTMLElement {
  #pause: ReturnType<typeof setTimeout> | undefined
  #asking: AbortController | undefined
  #picks: { refresh: () => void } | undefined

  connectedCallback() {
    const form = this.querySelector<HTMLFormElement>('form[data-form=filters]')
    if (!form) return
    this.dataset.liveForm = ''
    // Browsers that do not unfold the filters by style, beside the products where there is room.
    if (matchMedia('(width >= 64rem)').matches) for (const fold of this.querySelectorAll<HTMLDetailsElement>('.narrow')) fold.open = true
    this.#picks = keepPicks(this)
    form.addEventListener('input', ({ target }) => this.#soon(form, isText(target) ? TYPING_PAUSE_MS : 0))
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      this.#soon(form, 0)
    })
    this.addEventListener('click', (event) => this.#followed(event))
    addEventListener('popstate', () => location.reload())
  }

  #soon(form: HTMLFormElement, pauseMs: number) {
    clearTimeout(this.#pause)
    this.#asking?.abort()
    this.#pause = setTimeout(() => void this.#show(addressOf(form, this.dataset.home ?? ''), true), pauseMs)
  }

  /** Labels that take a filter away, and "show more". Whoever wants a new tab gets one. */
  #followed(event: MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-drop], a[data-more]') : null
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    if (link.matches('[data-more]')) void this.#more(link)
    else void this.#show(link.href, false)
  }

  /** `keepsFields`: the visitor is at the form, whose fields say what they say. */
  async #show(address: string, keepsFields: boolean) {
    const fresh = await this.#ask(address)
    if (!fresh) return
    history.pushState(null, '', address)
    for (const part of ['count', 'chips', 'found']) this.#take(part, fresh)
    this.#takeFilters(fresh, keepsFields)
    this.#picks?.refresh()
  }

  async #more(link: HTMLAnchorElement) {
    const fresh = await this.#ask(link.href)
    const added = [...(fresh?.querySelectorAll('[data-products] > li') ?? [])]
    if (!fresh || !added.length) return
    this.querySelector('[data-products]')?.append(...added)
    const next = fresh.querySelector<HTMLAnchorElement>('a[data-more]')
    if (next) link.href = next.href
    else link.parentElement?.remove()
    this.#picks?.refresh()
    added[0]?.querySelector('a')?.focus()
  }

  async #ask(address: string): Promise<Document | undefined> {
    const asking = new AbortController()
    this.#asking?.abort()
    this.#asking = asking
    this.ariaBusy = 'true'
    try {
      const answer = await fetch(address, { signal: asking.signal })
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
      if (asking.signal.aborted) return undefined
      this.ariaBusy = null
      return fresh
    } catch {
      if (!asking.signal.aborted) location.assign(address) // the browser says what is wrong better than we do
      return undefined
    }
  }

  #take(part: string, fresh: ParentNode) {
    const here = this.querySelector(`[data-live="${part}"]`)
    const there = fresh.querySelector(`[data-live="${part}"]`)
    if (here && there) here.replaceChildren(...there.childNodes)
  }

  /** The filters change with what is found; what stands open, is typed or has the focus stays so. */
  #takeFilters(fresh: ParentNode, keepsFields: boolean) {
    const focused = document.activeElement
    const open = new Map([...this.querySelectorAll<HTMLDetailsElement>('details[data-key]')].map((fold) => [fold.dataset.key, fold.open]))
    this.#take('filters', fresh)
    for (const fold of this.querySelectorAll<HTMLDetailsElement>('details[data-key]')) fold.open = open.get(fold.dataset.key) ?? fold.open
    const again = keepsFields && focused?.id ? document.getElementById(focused.id) : null
    again?.focus({ preventScroll: true })
    if (again instanceof HTMLInputElement && isText(again)) again.setSelectionRange(again.value.length, again.value.length)
    if (!keepsFields) {
      for (const name of ['q', 'sort']) {
        const [here, there] = [this, fresh].map((root) =>
          root.querySelector<HTMLInputElement | HTMLSelectElement>(`form[data-form=filters] [name=${name}]`),
        )
        if (here && there) here.value = there.value
      }
    }
  }
}

/** Without what was left empty, so that the address is as short as the question. */
function addressOf(form: HTMLFormElement, home: string): string {
  const fields = [...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' && value.trim() ? [[name, value]] : []))
  const isNatural = ([name, value]: string[]) => name === 'sort' && (value === 'order' || value === 'relevance')
  const query = new URLSearchParams(fields.filter((field) => !isNatural(field)))
  return query.size ? `${home}?${query}` : home
}

function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== 'checkbox'
}

customElements.define('catalog-listing', CatalogListing)
