import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createApp } from '../../api/app.ts'
import { readConfig } from '../../api/config.ts'
import { createTorvServer } from '../../api/server.ts'
import { openServices } from '../../api/services.ts'
import { loadContent } from '../../content/load.ts'
import { manyArticles } from '../support/many-articles.ts'
import { freePort } from '../support/ports.ts'

// The portal, built and whole, with 5,000 articles in each language in the embedded engine. Only the articles are made up.

const port = await freePort()
const url = `http://localhost:${port}`
const dataDir = await mkdtemp(join(tmpdir(), 'torv-typing-'))
const content = manyArticles(loadContent(resolve('content')), Number(process.env.ARTICLES))
const config = readConfig({ DATA_DIR: dataDir, PUBLIC_URL: url, PORT: String(port) })
const services = await openServices(config, { content, log: () => {} })
const app = createApp(services)
Object.assign(globalThis, { [Symbol.for('torv.api')]: { app, config }, [Symbol.for('torv.content')]: content })
process.env.ASTRO_NODE_AUTOSTART = 'disabled'
const { handler } = await import(pathToFileURL(resolve('dist/server/entry.mjs')).href)
createTorvServer(config, app, handler).listen(port, '127.0.0.1', () => process.send?.({ url }))
process.once('SIGTERM', async () => {
  await rm(dataDir, { recursive: true, force: true })
  process.exit(0)
})
