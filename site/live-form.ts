/**
 * The numbers follow what is chosen: the form is sent as it would be by its button, and what the answer says replaces every
 * `data-live` place on the page. What somebody is typing in is left alone. Without a script the button does the same.
 */
export function submitsItself(selector: string) {
  const form = document.querySelector<HTMLFormElement>(selector)
  const button = form?.querySelector<HTMLElement>('[data-submit]')
  if (!form || !button) return
  let pause: ReturnType<typeof setTimeout> | undefined
  let asked: AbortController | undefined
  button.hidden = true

  form.addEventListener('input', () => {
    clearTimeout(pause)
    asked?.abort()
    const asking = new AbortController()
    asked = asking
    pause = setTimeout(() => void refresh(form, button, asking.signal), 250)
  })
}

async function refresh(form: HTMLFormElement, button: HTMLElement, signal: AbortSignal) {
  form.ariaBusy = 'true'
  try {
    const response = await fetch(location.pathname, { method: 'POST', body: new FormData(form), signal })
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
    if (!signal.aborted) takeOver(fresh)
  } catch {
    // The button does the same, and says what is wrong.
    if (!signal.aborted) button.hidden = false
  }
  if (!signal.aborted) form.ariaBusy = null
}

/** Every live place shows what the fresh page shows there. */
export function takeOver(fresh: Document) {
  for (const place of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const now = fresh.querySelector(`[data-live="${CSS.escape(place.dataset.live ?? '')}"]`)
    if (now) place.replaceChildren(...now.childNodes)
  }
}
