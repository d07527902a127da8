// What has been ticked for comparing stays ticked while the list changes, and until the window closes.
type Picked = { slug: string; name: string }

const KEY = 'torv.compare'

/** Counts, keeps and limits the ticks; `refresh` is for when the list has changed. */
export function keepPicks(root: HTMLElement): { refresh: () => void } | undefined {
  const tray = root.querySelector<HTMLFormElement>('form[data-form=compare]')
  if (!tray) return undefined
  const max = Number(tray.dataset.max)
  const phrases = JSON.parse(tray.dataset.phrases ?? '{}') as { picked: string[]; full: string } // written by the page
  const boxes = () => [...root.querySelectorAll<HTMLInputElement>('input[name=products][type=checkbox]')]
  let picked = read()

  const refresh = () => {
    const isPicked = (slug: string) => picked.some((one) => one.slug === slug)
    for (const box of boxes()) {
      box.checked = isPicked(box.value)
      box.disabled = !box.checked && picked.length >= max
    }
    const here = new Set(boxes().map(({ value }) => value))
    tray.querySelector('[data-elsewhere]')?.replaceChildren(...picked.filter(({ slug }) => !here.has(slug)).map(hiddenField))
    tray.querySelector('[data-picked]')?.replaceChildren(...summary(picked, phrases, max))
    for (const button of tray.querySelectorAll<HTMLElement>('[data-clear]')) button.hidden = picked.length === 0
  }
  const change = (next: Picked[]) => {
    picked = next
    write(picked)
    refresh()
  }

  root.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== 'products') return
    const others = picked.filter(({ slug }) => slug !== target.value)
    change(target.checked ? [...others, { slug: target.value, name: target.dataset.name ?? '' }] : others)
  })
  tray.querySelector('[data-clear]')?.addEventListener('click', () => change([]))
  // One address for the same comparison, however it came about.
  tray.addEventListener('submit', (event) => {
    event.preventDefault()
    location.assign(`${tray.action}?products=${picked.map(({ slug }) => slug).join(',')}`)
  })
  refresh()
  return { refresh }
}

function summary(picked: Picked[], phrases: { picked: string[]; full: string }, max: number): Node[] {
  const count = document.createElement('strong')
  count.textContent = phrases.picked[picked.length] ?? ''
  const names = document.createElement('span')
  names.textContent = picked.length >= max ? phrases.full : picked.map(({ name }) => name).join(' · ')
  return picked.length ? [count, names] : []
}

function hiddenField({ slug }: Picked): HTMLInputElement {
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = 'products'
  field.value = slug
  return field
}

function read(): Picked[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one?.slug === 'string' && typeof one.name === 'string') : []
  } catch {
    return []
  }
}

function write(picked: Picked[]) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(picked))
  } catch {
    // Storage is forbidden here: the ticks last as long as the page.
  }
}
