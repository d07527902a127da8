import { setting } from './setting.ts'

// The browser keeps this apart for every site that the frame is shown on; the key in the name keeps two sites of one address apart.
const NAME = `torv.visitor.${setting.site}`
let token = read()

/** Undefined until a conversation has been started: who only reads leaves no trace. */
export function visitorToken(): string | undefined {
  return token
}

/** Nothing forgets. */
export function keepVisitorToken(next: string | undefined) {
  token = next
  // Where storage is forbidden, the conversation lasts as long as the page.
  try {
    if (next) localStorage.setItem(NAME, next)
    else localStorage.removeItem(NAME)
  } catch {}
}

function read(): string | undefined {
  try {
    return localStorage.getItem(NAME) ?? undefined
  } catch {
    return undefined
  }
}
