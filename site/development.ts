import type { IncomingMessage, ServerResponse } from 'node:http'
import { sep } from 'node:path'
import type { AstroIntegration } from 'astro'
import type { ViteDevServer } from 'vite'
import type { Config } from '../api/config.ts'
import type { DevelopmentTorv } from './development-server.ts'

type DevelopmentModule = { edition: symbol; openTorv: (config: Config) => Promise<DevelopmentTorv> }
type Next = (error?: unknown) => void

const API = /^\/(api|healthz|readyz|widget\/frame)(\/|$)/

/** In `astro dev`: the API and the widget in the same server, reloading with every edit. A build takes no notice of it. */
export function torvInDevelopment(): AstroIntegration {
  return {
    name: 'torv-in-development',
    hooks: {
      'astro:server:setup': async ({ server }) => {
        // Only here: a build needs none of it.
        const { readConfig } = await import('../api/config.ts')
        const config = readConfig({ PORT: String(server.config.server.port), ...process.env })
        const torv = followEdits(server, config)
        const widget = await startWidget()

        server.middlewares.use((request: IncomingMessage, response: ServerResponse, next: Next) => {
          const pathname = (request.url ?? '/').split('?', 1)[0] ?? '/'
          if (pathname.startsWith('/widget/') && !API.test(pathname)) return widget.middlewares(request, response, next)
          // Vite's own files need neither API nor content.
          if (/^\/(@|node_modules\/|site\/|_image)/.test(pathname)) return next()
          torv().then(({ answer, serve }) => {
            if (API.test(pathname)) return answer(request, response)
            if (serve(request, response, pathname)) return
            request.headers['x-torv-address'] = request.socket.remoteAddress ?? ''
            next()
          }, next)
        })
        server.httpServer?.once('close', () => void widget.close())
        // Astro keeps other sites' pages from loading scripts off a development server; the loader is made for just that. So it goes
        // in front of Astro's check, which stands in front of all that is there by now.
        server.httpServer?.once('listening', () =>
          server.middlewares.stack.unshift({
            route: '/widget.js',
            handle: (_request: IncomingMessage, response: ServerResponse, next: Next) => void widget.sendLoader(response).catch(next),
          }),
        )
      },
    },
  }
}

/** Returns what gives the Torv of this moment: after an edit of its code or of the content, all of it is opened anew. */
function followEdits(server: ViteDevServer, config: Config): () => Promise<DevelopmentTorv> {
  let edition: symbol | undefined
  let open: DevelopmentTorv | undefined
  let queue: Promise<unknown> = Promise.resolve()
  server.watcher.add(config.contentDir)
  server.watcher.on('all', (_event, path) => {
    if (!path.startsWith(config.contentDir + sep)) return
    edition = undefined
    server.ws.send({ type: 'full-reload' })
  })

  async function current(): Promise<DevelopmentTorv> {
    const module = (await server.ssrLoadModule('/site/development-server.ts')) as DevelopmentModule // that file
    if (open && module.edition === edition) return open
    // The database belongs to one at a time.
    await open?.close()
    open = undefined
    open = await module.openTorv(config)
    edition = module.edition
    return open
  }

  return () => {
    const next = queue.then(current)
    queue = next.catch(() => {})
    return next
  }
}

/** The widget's own Vite, beside that of the site. */
async function startWidget() {
  const { buildLoader, widgetDevServer } = await import('../widget/build.ts')
  const { usePanelAssets } = await import('../api/widget/assets.ts')
  const vite = await widgetDevServer()
  usePanelAssets({ script: '/widget/panel/main.tsx', styles: [], isBeingWritten: true })
  return {
    middlewares: vite.middlewares,
    close: () => vite.close(),
    async sendLoader(response: ServerResponse) {
      const code = await buildLoader()
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' }).end(code)
    },
  }
}
