import type { ProductCard } from '../../../api/catalog/view.ts'

const KEY = 'torv.viewed'
const MOST = 8

class RecentlyViewed extends HTMLElement {
  connectedCallback() {
    const { product } = this.dataset
    const before = read().filter((slug) => slug !== product)
    if (product) write([product, ...before])
    this.querySelector('[data-forget]')?.addEventListener('click', () => {
      write(product ? [product] : [])
      this.hidden = true
    })
    if (before.length) void this.#show(before)
  }

  async #show(slugs: string[]) {
    const own = this.dataset.product
    const products = await cardsFor(own ? [own, ...slugs] : slugs, this.dataset.locale ?? '')
    const others = products.filter(({ slug }) => slug !== own)
    this.querySelector('ul')?.replaceChildren(...others.map((product) => this.#item(product)))
    this.hidden = others.length === 0
  }

  /** Text and addresses are set as such, never as markup. */
  #item({ name, path, picture, price }: ProductCard): HTMLLIElement {
    const image = Object.assign(new Image(160, 120), { src: `/content/pictures/${picture}`, alt: '', loading: 'lazy' })
    const title = Object.assign(document.createElement('strong'), { textContent: name })
    const amount = Object.assign(document.createElement('span'), { className: 'amount', textContent: this.#price(price) })
    const link = Object.assign(document.createElement('a'), { href: path })
    link.append(image, title, amount)
    const item = document.createElement('li')
    item.append(link)
    return item
  }

  #price(price: ProductCard['price']): string {
    if (price.kind === 'on-request') return this.dataset.onRequest ?? ''
    const format = new Intl.NumberFormat(this.dataset.locale === 'da' ? 'da-DK' : 'en-GB', { style: 'currency', currency: price.currency })
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2
    const amount = format.format(price.included / 10 ** digits)
    return price.kind === 'from' ? `${this.dataset.from} ${amount}` : amount
  }
}

/** None when they cannot be had: the page does without. */
async function cardsFor(slugs: string[], locale: string): Promise<ProductCard[]> {
  try {
    const answer = await fetch(`/api/catalog/cards?${new URLSearchParams({ products: slugs.join(','), locale })}`)
    return answer.ok ? ((await answer.json()) as { products: ProductCard[] }).products : [] // our own API
  } catch {
    return []
  }
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((slug) => typeof slug === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}

function write(slugs: string[]) {
  try {
    localStorage.setItem(KEY, JSON.stringify(slugs.slice(0, MOST)))
  } catch {
    // Storage is forbidden here: nothing is remembered.
  }
}

customElements.define('recently-viewed', RecentlyViewed)
