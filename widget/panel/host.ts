import { fromPage, type Page, type ToPage } from '../messages.ts'
import { setting, t } from './setting.ts'

/** Known once the page has said hello, and it is one of the site's. */
let pageOrigin: string | undefined
let page: Page | undefined
let isOpen = false
let tellPanel = (_isOpen: boolean) => {}
let unread = 0

// From the first moment on: the page says hello once, perhaps before anything is drawn.
window.addEventListener('message', (event) => {
  const said = fromPage(event, { source: window.parent, origins: setting.origins })
  if (!said) return
  pageOrigin = event.origin
  if (said.torv === 'hello') return showLauncher()
  if (said.torv === 'opened') page = said.page
  isOpen = said.torv === 'opened'
  tellPanel(isOpen)
})

/** Is called with every opening and closing, and at once with how it is. */
export function onOpening(listener: (isOpen: boolean) => void) {
  tellPanel = listener
  listener(isOpen)
}

/** Where the visitor opened us. */
export function hostPage(): Page | undefined {
  return page
}

export function askToClose() {
  tell({ torv: 'close' })
}

/** How many replies wait unread behind the launcher. */
export function showUnread(count: number) {
  if (count === unread) return
  unread = count
  showLauncher()
}

function showLauncher() {
  const { company } = setting
  const label = unread ? t('launcher-unread', { company, n: unread }) : t('launcher', { company })
  tell({ torv: 'launcher', label, accent: accent(), unread })
}

function tell(message: ToPage) {
  if (pageOrigin) window.parent.postMessage(message, pageOrigin)
}

/** As a finished colour: a custom property alone would still hold light-dark(). */
function accent(): string {
  return getComputedStyle(document.documentElement, '::before').backgroundColor
}
