/**
 * What our own mail server has found out about the sender: `unchecked` when it has said nothing though it should have, `unknown` when it
 * could tell neither way.
 */
export type Authentication = 'passed' | 'failed' | 'unknown' | 'unchecked'

type Result = { method: string; result: string; domain: string | undefined }

const FAILURES = ['fail', 'softfail', 'hardfail']

/**
 * Reads `Authentication-Results` (RFC 8601), and of these only what `authservId` has written: anybody can write such a line into the mail
 * they send. Where our server wrote several, the worst counts, so that a line which slipped through cannot make good a bad one.
 */
export function authenticationOf(
  headers: string[],
  { authservId, from }: { authservId: string | undefined; from: string },
): Authentication {
  if (!authservId) return 'unknown'
  const ours = headers.map(withoutComments).filter((header) => servedBy(header) === authservId)
  if (ours.length === 0) return 'unchecked'
  const results = ours.flatMap(resultsIn)
  const domain = from.split('@').at(-1) ?? ''
  const aligned = (result: Result) => result.domain === undefined || isAligned(result.domain, domain)
  const passes = (method: string) =>
    results.some((found) => found.method === method && found.result === 'pass' && found.domain && aligned(found))
  const failed = (method: string) => results.some((found) => found.method === method && FAILURES.includes(found.result))

  const dmarc = results.filter(({ method }) => method === 'dmarc')
  if (failed('dmarc') || dmarc.some((found) => found.result === 'pass' && !aligned(found))) return 'failed'
  if (dmarc.some(({ result }) => result === 'pass') || passes('dkim') || passes('spf')) return 'passed'
  return failed('dkim') || failed('spf') ? 'failed' : 'unknown'
}

function servedBy(header: string): string {
  return (header.trim().split(/[\s;]/, 1)[0] ?? '').toLowerCase()
}

function resultsIn(header: string): Result[] {
  return header
    .split(';')
    .slice(1)
    .map((part) => {
      const [, method = '', result = ''] = /^\s*([a-z-]+)(?:\/\d+)?\s*=\s*([a-z]+)/i.exec(part) ?? []
      return { method: method.toLowerCase(), result: result.toLowerCase(), domain: domainIn(part, method.toLowerCase()) }
    })
    .filter(({ method }) => method !== '')
}

/** The domain that the result is about, by where each method says so. */
function domainIn(part: string, method: string): string | undefined {
  const property = { dmarc: 'header\\.from', dkim: 'header\\.[di]', spf: 'smtp\\.mailfrom' }[method]
  const value = property && new RegExp(`\\b${property}\\s*=\\s*"?([^\\s";]+)`, 'i').exec(part)?.[1]
  return value ? value.split('@').at(-1)?.toLowerCase() : undefined
}

/** The same, or one within the other: "relaxed", as DMARC calls it. */
function isAligned(a: string, b: string): boolean {
  return a.includes('.') && (a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`))
}

/** Comments may hold anything, semicolons too. */
function withoutComments(header: string): string {
  let depth = 0
  let kept = ''
  for (const sign of header) {
    if (sign === '(') depth++
    else if (sign === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0) kept += sign
  }
  return kept
}
