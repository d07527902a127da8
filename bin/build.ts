// Builds the site, then the widget beside it (Astro empties dist first), then a compressed copy of every file worth one.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'astro'
import { ContentError, loadContent } from '../content/load.ts'
import { buildWidget } from '../widget/build.ts'

const COMPRESSED = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt', '.xml'])

try {
  loadContent(resolve(process.env.CONTENT_DIR || 'content'))
} catch (error) {
  console.error(error instanceof ContentError ? `\n${error.message}\n` : error)
  process.exit(1)
}
await build({ logLevel: 'warn' })
await buildWidget({ outDir: resolve('dist/client') })
compressAll(resolve('dist/client'))

function compressAll(folder: string) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, String(name))
    if (!COMPRESSED.has(extname(path)) || !statSync(path).isFile()) continue
    const bytes = readFileSync(path)
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  }
}
