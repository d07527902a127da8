// Runs before the first paint, so a chosen colour scheme never flashes. Without it the page follows the system and the switch is not shown.
const root = document.documentElement
const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const isDark = () => (root.dataset.scheme ? root.dataset.scheme === 'dark' : systemIsDark.matches)

root.dataset.script = ''
useScheme(stored())

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-scheme-switch]')) return
  const scheme = isDark() ? 'light' : 'dark'
  // What the system wants anyway is not worth remembering: the page goes on following it.
  const isChoice = (scheme === 'dark') !== systemIsDark.matches
  useScheme(isChoice ? scheme : undefined)
  store(isChoice ? scheme : undefined)
})
document.addEventListener('DOMContentLoaded', showState)
systemIsDark.addEventListener('change', showState)

function useScheme(scheme) {
  if (scheme) root.dataset.scheme = scheme
  else delete root.dataset.scheme
  showState()
}

function showState() {
  for (const button of document.querySelectorAll('[data-scheme-switch]')) button.setAttribute('aria-pressed', String(isDark()))
}

// Storage may be forbidden; then the choice lasts as long as the page.
function stored() {
  try {
    return ['light', 'dark'].find((scheme) => scheme === localStorage.getItem('torv.scheme'))
  } catch {}
}

function store(scheme) {
  try {
    if (scheme) localStorage.setItem('torv.scheme', scheme)
    else localStorage.removeItem('torv.scheme')
  } catch {}
}
