import { content } from '../content.ts'

/** For the browser's tab: the company's initial on its accent. */
export function GET() {
  const { name, accent } = content().company
  const initial = [...name][0]?.toUpperCase().replace(/[<&]/g, '') ?? ''
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="15" fill="${accent}"/><text x="32" y="46" text-anchor="middle" font-family="system-ui, sans-serif" font-weight="700" font-size="40" fill="#fff">${initial}</text></svg>`
  return new Response(svg, { headers: { 'content-type': 'image/svg+xml' } })
}
