const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

type Headers = { get(name: string): string | null | undefined }

/**
 * Whether a request may change something: it comes from a page of ours, says the browser (`Sec-Fetch-Site`) or the exact
 * `Origin`. A browser sends at least one of them with every unsafe request, whatever its content type.
 */
export function mayChange(method: string, headers: Headers, publicUrl: string): boolean {
  if (SAFE.has(method)) return true
  const origin = headers.get('origin')
  if (origin) return origin === publicUrl
  return headers.get('sec-fetch-site') === 'same-origin'
}
