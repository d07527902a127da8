const KEY = 'torv.recent-searches'
const MOST = 5

/** What was searched for in this browser, newest first. It never leaves it. */
export function recentSearches(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, MOST) : []
  } catch {
    return [] // storage is forbidden here, or holds what we did not write
  }
}

export function rememberSearch(text: string) {
  const others = recentSearches().filter((one) => one.toLowerCase() !== text.toLowerCase())
  keep([text, ...others].slice(0, MOST))
}

export function forgetSearches() {
  keep([])
}

function keep(searches: string[]) {
  try {
    if (searches.length) localStorage.setItem(KEY, JSON.stringify(searches))
    else localStorage.removeItem(KEY)
  } catch {
    // Storage is forbidden here: nothing is remembered.
  }
}
