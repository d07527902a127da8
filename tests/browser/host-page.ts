import { createServer } from 'node:http'

export type HostPage = { origin: string; siteKey: string; url: (path?: string) => string; stop: () => Promise<void> }

type Options = {
  /** Where Torv runs, under another name than ours: `http://localhost:PORT`. */
  portalUrl: string
  /** The site's key, or what makes one for the origin of this page, which is known only once it runs. */
  siteKey: string | ((origin: string) => Promise<string>)
  /** The page's own Content-Security-Policy. */
  csp?: string
  /** More headers of the page, such as those of cross-origin isolation. */
  headers?: Record<string, string>
  lang?: string
  /** Attributes of the script beside `data-site`: `data-accent="#8a1c4a"`. */
  attributes?: string
  /** What stands on the page. */
  html?: string
}

/** Somebody else's site, really on another origin (`127.0.0.1` beside `localhost`), with the widget on each of its pages. */
export async function startHostPage({
  portalUrl,
  siteKey,
  csp,
  headers = {},
  lang = 'en',
  attributes = '',
  html = '<main><h1>A shop</h1></main>',
}: Options): Promise<HostPage> {
  let key = ''
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...(csp && { 'content-security-policy': csp }), ...headers })
    response.end(`<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>A shop ${request.url === '/' ? '' : request.url}</title>
${html}
<script async src="${portalUrl}/widget.js" data-site="${key}" ${attributes}></script>
</html>`)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  key = typeof siteKey === 'string' ? siteKey : await siteKey(origin)
  return {
    origin,
    siteKey: key,
    url: (path = '/') => `${origin}${path}`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}

/** The strictest policy that leaves room for the widget: its script and its frame, and no style or HTML from strings. */
export function strictCsp(portalUrl: string): string {
  return `default-src 'none'; script-src ${portalUrl}; frame-src ${portalUrl}; img-src data:; require-trusted-types-for 'script'`
}
