// Loaded through Vite by development.ts, so that an edit anywhere below is in the next answer.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { type App, createApp } from '../api/app.ts'
import type { Config } from '../api/config.ts'
import { Mailer } from '../api/notify/mailer.ts'
import { BuiltFiles } from '../api/platform/built-files.ts'
import { closeServices, openServices } from '../api/services.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

export type DevelopmentTorv = {
  /** Answers the addresses of the API. */
  answer: Handler
  /** Serves the company's pictures and documents; false for any other address. */
  serve: (request: IncomingMessage, response: ServerResponse, pathname: string) => boolean
  close: () => Promise<void>
}

/** Everything but pages and their files. Pages find the API and the content through these symbols. */
export async function openTorv(config: Config): Promise<DevelopmentTorv> {
  const services = await openServices(config)
  const app: App = createApp(services)
  const mailer = new Mailer(services)
  const folders = ['pictures', 'documents'].map(
    (name) => new BuiltFiles(join(config.contentDir, name), `/content/${name}`, { cacheControl: () => 'no-store' }),
  )
  mailer.start()
  Object.assign(globalThis, { [Symbol.for('torv.api')]: { app, config }, [Symbol.for('torv.content')]: services.content })
  return {
    answer: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    serve: (request, response, pathname) => folders.some((files) => files.serve(request, response, pathname)),
    close: async () => {
      await mailer.stop()
      await closeServices(services)
    },
  }
}

/** A new one each time this module or anything below it has changed. */
export const edition = Symbol('edition')
