import { fromFrame, type ToFrame } from '../messages.ts'
import css from './widget.css?inline'

declare global {
  interface Window {
    Torv?: { open(): void; close(): void; destroy(): void }
  }
}

// The only words outside content/strings: they are needed before anything may be asked of the portal. The panel replaces them.
const LABELS: Record<string, string> = { en: 'Help', da: 'Hjælp' }
const CHAT = 'M21 11.5a8.5 8.5 0 0 1-12.3 7.6L3 21l1.9-5.7A8.5 8.5 0 1 1 21 11.5z'
const CLOSE = 'M6 6l12 12M18 6L6 18'

const script = document.currentScript
if (script instanceof HTMLScriptElement && !window.Torv) {
  if (document.body) mount(script)
  else document.addEventListener('DOMContentLoaded', () => mount(script))
}

/** A button, until somebody shows that they want more. */
function mount({ src, dataset }: HTMLScriptElement) {
  const { origin } = new URL(src)
  const locale = (dataset.locale ?? document.documentElement.lang).slice(0, 2).toLowerCase()
  const host = document.createElement('torv-widget')
  const button = document.createElement('button')
  let frame: HTMLIFrameElement | undefined
  let isOpen = false
  let isReady = false

  button.type = 'button'
  button.append(icon())
  name(LABELS[locale] ?? 'Help')
  paint(dataset.accent ?? '#1f2a30')
  button.setAttribute('aria-haspopup', 'dialog')
  button.setAttribute('aria-expanded', 'false')
  for (const intent of ['pointerenter', 'focus', 'touchstart']) button.addEventListener(intent, load, { passive: true })
  button.addEventListener('click', () => (isOpen ? close() : open()))
  button.addEventListener('keydown', ({ key }) => key === 'Escape' && close())

  // An open root: a closed one keeps nothing from a page that wants in, and hides the button from tests and assistive tools.
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]
  root.append(button)
  document.body.append(host)
  window.addEventListener('message', listen)
  window.Torv = { open, close, destroy }

  /** Fetches the panel and keeps it out of sight. */
  function load() {
    if (frame) return
    frame = document.createElement('iframe')
    frame.title = button.getAttribute('aria-label') ?? ''
    frame.src = `${origin}/widget/frame?site=${encodeURIComponent(dataset.site ?? '')}${LABELS[locale] ? `&locale=${locale}` : ''}`
    frame.onload = () => tell({ torv: 'hello' })
    root.append(frame)
  }

  function open() {
    load()
    show(true)
    frame?.focus()
    if (isReady) sayOpened()
  }

  function close() {
    if (!isOpen) return
    show(false)
    tell({ torv: 'closed' })
    button.focus()
  }

  function destroy() {
    host.remove()
    window.removeEventListener('message', listen)
    delete window.Torv
  }

  function listen(event: MessageEvent) {
    const said = fromFrame(event, { source: frame?.contentWindow, origin })
    if (said?.torv === 'close') close()
    if (said?.torv !== 'launcher') return
    name(said.label)
    if (!dataset.accent) paint(said.accent)
    button.toggleAttribute('data-unread', said.unread > 0)
    button.classList.add('ready')
    if (isOpen && !isReady) sayOpened()
    isReady = true
  }

  function show(visible: boolean) {
    isOpen = visible
    button.setAttribute('aria-expanded', String(visible))
    frame?.classList.toggle('open', visible)
  }

  /** Addresses may carry secrets behind "?" and "#": those stay here. */
  function sayOpened() {
    tell({ torv: 'opened', page: { url: location.origin + location.pathname, title: document.title } })
  }

  function tell(message: ToFrame) {
    frame?.contentWindow?.postMessage(message, origin)
  }

  function name(label: string) {
    button.setAttribute('aria-label', label)
    if (frame) frame.title = label
  }

  function paint(accent: string) {
    button.style.setProperty('--fill', accent)
  }
}

/** Built by hand, since a host may forbid HTML from strings (Trusted Types). */
function icon() {
  const element = (name: string, attributes: Record<string, string>) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name)
    for (const key in attributes) made.setAttribute(key, attributes[key] ?? '')
    return made
  }
  const svg = element('svg', { viewBox: '0 0 24 24', width: '26', height: '26', 'aria-hidden': 'true' })
  svg.append(element('path', { d: CHAT }), element('path', { d: CLOSE }))
  return svg
}
