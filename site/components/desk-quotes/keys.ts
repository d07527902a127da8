import { isTyping } from '../tickets/desk-live.ts'

/** The desk's further keys: what is marked with `data-key`, a column of the board to the side, and the list of keys itself. */
export function pressKeys() {
  addEventListener('keydown', (event) => {
    if (isTyping(event) || event.defaultPrevented) return
    if (press(event.key)) event.preventDefault()
  })
}

/** x picks the one that has the focus, for doing something to many at once. */
export function pickWithKeys() {
  addEventListener('keydown', (event) => {
    if (event.key !== 'x' || isTyping(event)) return
    const box = document.activeElement?.closest('li')?.querySelector<HTMLInputElement>('input[type=checkbox]')
    box?.click()
  })
}

function press(key: string): boolean {
  const columns = { h: -1, ArrowLeft: -1, l: 1, ArrowRight: 1 }[key]
  if (columns) return goSideways(columns)
  const marked = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
  if (key === 'e' && !marked) return edit()
  if (key === '?') document.querySelector<HTMLElement>('#keys')?.togglePopover()
  else if (marked instanceof HTMLInputElement) marked.select()
  marked?.closest('details')?.setAttribute('open', '')
  marked?.focus()
  if (marked instanceof HTMLAnchorElement || marked instanceof HTMLButtonElement) marked.click()
  return key === '?' || marked !== null
}

/** Opens the one that has the focus where it is edited. */
function edit(): boolean {
  const link = document.activeElement?.closest<HTMLAnchorElement>('[data-desk-list] a')
  if (link) location.assign(`${link.href}#draft`)
  return Boolean(link)
}

function goSideways(step: number): boolean {
  const columns = [...document.querySelectorAll('[data-column]')].filter((column) => column.querySelector('a'))
  const here = columns.findIndex((column) => column.contains(document.activeElement))
  if (!columns.length || (here < 0 && document.activeElement?.matches('[role=group]'))) return false
  columns[Math.max(0, Math.min(columns.length - 1, here + step))]?.querySelector('a')?.focus()
  return true
}
