import { setting } from './setting.ts'

// What a frame keeps is kept apart for every site it is shown on; the key in the name keeps two of one address apart.
const NAME = `torv.visitor.${setting.site}`
const KEPT_SECONDS = 365 * 24 * 60 * 60
let token = storedToken() ?? cookieToken()

/** Undefined until a conversation has been started: who only reads leaves no trace. */
export function visitorToken(): string | undefined {
  return token
}

/** Nothing forgets. Where a browser lets us keep nothing at all, the conversation lasts as long as the page. */
export function keepVisitorToken(next: string | undefined) {
  token = next
  try {
    if (next) localStorage.setItem(NAME, next)
    else localStorage.removeItem(NAME)
  } catch {
    keepCookie(next)
  }
}

function storedToken(): string | undefined {
  try {
    return localStorage.getItem(NAME) ?? undefined
  } catch {
    return undefined
  }
}

/**
 * Chromium denies a frame of another site its storage, yet grants it cookies that are partitioned. Ours is read here and sent, like
 * the stored one, in a header; its path keeps it from travelling with anything but the frame's document, where nobody reads it.
 */
function keepCookie(value: string | undefined) {
  const seconds = value ? KEPT_SECONDS : 0
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where this is needed
  document.cookie = `${NAME}=${value ?? ''}; Path=/widget/frame; Max-Age=${seconds}; Secure; SameSite=None; Partitioned`
}

function cookieToken(): string | undefined {
  const pair = document.cookie.split('; ').find((pair) => pair.startsWith(`${NAME}=`))
  return pair?.slice(NAME.length + 1)
}
