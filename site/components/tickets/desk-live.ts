/**
 * Keeps the parts of a desk page marked `data-live` as they are on the server. Where somebody is typing must not be one. `fromTheStart`
 * asks once more when it begins to listen, for what happened since the page was made.
 */
export function keepLive({ fromTheStart = false } = {}) {
  let pause: ReturnType<typeof setTimeout> | undefined
  const source = new EventSource('/api/desk/stream')
  const soon = () => {
    clearTimeout(pause)
    pause = setTimeout(() => void refresh(), 300)
  }
  source.addEventListener('changed', soon)
  if (fromTheStart) source.addEventListener('ready', soon, { once: true })
  addEventListener('pagehide', () => source.close())
}

/** j and k go through the list; Enter is the link's own. Keys belong to whoever is typing. */
export function walkWithKeys() {
  addEventListener('keydown', (event) => {
    if (isTyping(event)) return
    const step = { j: 1, k: -1 }[event.key]
    if (step) walk(step)
  })
}

export function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return (
    ctrlKey ||
    metaKey ||
    altKey ||
    (target instanceof Element && target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  )
}

function walk(step: number) {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-desk-list] a')]
  const here = links.findIndex((link) => link.matches(':focus'))
  const started = here >= 0 ? here : links.findIndex((link) => link.ariaCurrent === 'true')
  links[Math.max(0, Math.min(links.length - 1, started + step))]?.focus()
}

async function refresh() {
  const response = await fetch(location.href).catch(() => undefined)
  if (!response?.ok) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`)
    if (!other || part.innerHTML === other.innerHTML) continue
    // What somebody has picked out of a list must not be lost, nor move under their hand.
    if (part.querySelector('input:checked') || part.querySelector('input:focus, select:focus')) continue
    const focused = part.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : undefined
    part.replaceChildren(...other.childNodes)
    if (focused) part.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus()
  }
}
