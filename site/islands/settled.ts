import type { Locale } from '../../content/schema.ts'

const PAUSE_MS = 2_000
/** A page that search has found: its address carries the words on. */
const ANSWER = /^\/(en|da)\/(help|products)\/[a-z0-9-]+$/

type Place = 'portal' | 'ticket'

let pause: ReturnType<typeof setTimeout> | undefined
/** Where it was typed last: an answer that is opened while a case is being written is no search. */
let typedAt: Place = 'portal'

/** For staff, who mend what is not found: told once nobody has typed on for two seconds. No name, account or cookie goes with it. */
export function settleOn(text: string, locale: Locale, place: Place = 'portal') {
  typedAt = place
  clearTimeout(pause)
  pause = setTimeout(() => tell({ text, locale, place }), PAUSE_MS)
}

/** The page is being left, so the browser sends it on its own. Whether it arrives makes no difference to the visitor. */
function tell(settled: { text: string; locale: string; place: Place; answer?: string }) {
  clearTimeout(pause)
  const body = JSON.stringify(settled)
  fetch('/api/searches', { method: 'POST', headers: { 'content-type': 'application/json' }, body, keepalive: true }).catch(() => {})
}

function tellOpened({ target }: Event) {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href*="?q="]') : null
  const text = link?.origin === location.origin ? new URLSearchParams(link.search).get('q') : null
  const [, locale] = (link && ANSWER.exec(link.pathname)) ?? []
  if (link && text && locale) tell({ text, locale, place: typedAt, answer: link.pathname })
}

if (typeof document !== 'undefined') document.addEventListener('click', tellOpened, { capture: true })
