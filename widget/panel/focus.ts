/** A new view begins where one can type; on a touch screen, where that would bring up the keyboard unasked, at its heading. */
export function focusView() {
  const isTouch = matchMedia('(pointer: coarse)').matches
  const view = document.querySelector('main:not([hidden])')
  const place = (!isTouch && view?.querySelector<HTMLElement>('textarea, input[type="search"]')) || view?.querySelector<HTMLElement>('h1')
  place?.focus({ preventScroll: true })
}
