// npm run weigh: what the widget and an article page ask of a visitor, beside what others publish. Needs a build.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { panelAssets } from '../api/widget/assets.ts'
import { loadContent } from '../content/load.ts'

const LOADER_MAX = 2_000
const PANEL_MAX = 20_000
const built = resolve('dist/client')
const problems: string[] = []

if (!existsSync(join(built, 'widget.js'))) {
  console.error('There is no build to weigh. Run "npm run build" first.')
  process.exit(1)
}
weighLoader()
weighPanel()
weighArticles()
console.log(
  '\nFor comparison: the chat widget of Chatwoot asks for 354 kB in 25 requests before a click; the loader of remark42 weighs 1.8 kB.',
)
if (problems.length) console.error(`\nToo heavy:\n  ${problems.join('\n  ')}`)
process.exit(problems.length ? 1 : 0)

function weighLoader() {
  const bytes = weight('/widget.js')
  console.log(`\nBefore a click: 1 request, ${kB(bytes)} (limit ${kB(LOADER_MAX)})`)
  console.log(row('/widget.js', bytes))
  if (bytes > LOADER_MAX) problems.push(`the loader: ${kB(bytes)}, limit ${kB(LOADER_MAX)}`)
}

/** Script and style of the frame, as its document names them; the document itself holds the company's words and is counted apart. */
function weighPanel() {
  const { script, styles } = panelAssets()
  const files = [script, ...imports(script), ...styles, '/theme.css']
  const total = files.reduce((sum, file) => sum + weight(file), 0)
  console.log(`\nOn opening: ${files.length} files and the frame's document, ${kB(total)} of script and style (limit ${kB(PANEL_MAX)})`)
  for (const file of files) console.log(row(file, weight(file)))
  if (total > PANEL_MAX) problems.push(`the panel: ${kB(total)}, limit ${kB(PANEL_MAX)}`)
}

/** Scripts that an article's page names, and what those import. The shared chrome's scheme switch is told apart from the page's own. */
function weighArticles() {
  const { articles } = loadContent(resolve(process.env.CONTENT_DIR || 'content'))
  const own = new Map<string, string[]>()
  for (const { slug } of articles.en) {
    const page = join(built, 'en/help', slug, 'index.html')
    if (!existsSync(page)) continue
    const html = readFileSync(page, 'utf8')
    const scripts = [...html.matchAll(/<script\b[^>]*\ssrc="([^"]+)"|<link\b[^>]*rel="modulepreload"[^>]*href="([^"]+)"/g)]
    const files = scripts.map(([, source, preloaded]) => source ?? preloaded ?? '')
    own.set(slug, [...new Set([...files, ...inlineImports(html)])])
  }
  const shared = [...own.values()].some((files) => files.includes('/scheme.js')) ? ['/scheme.js'] : []
  const heaviest = [...own].map(([slug, files]) => ({ slug, files: files.filter((file) => !shared.includes(file)) }))
  const offending = heaviest.filter(({ files }) => files.length)
  console.log(`\n${own.size} article pages: ${offending.length ? `${offending.length} with` : 'none with'} scripts of their own`)
  for (const file of shared) console.log(row(`${file} (shared chrome)`, weight(file)))
  for (const file of new Set(offending.flatMap(({ files }) => files))) console.log(row(file, weight(file)))
  if (!own.size) problems.push('no article page was built')
  if (offending.length) problems.push(`article pages with scripts of their own, such as /en/help/${offending[0]?.slug}/`)
}

function imports(script: string): string[] {
  const code = readFileSync(join(built, script), 'utf8')
  return [...code.matchAll(/(?:^|[;}])import[^"'`(]*["'`](\.[^"'`]+)["'`]/g)].map(
    ([, path = '']) => new URL(path, `http://x${script}`).pathname,
  )
}

/** An inline module may import a file as well; an island's are loaded only when it is needed, and are not named so. */
function inlineImports(html: string): string[] {
  const inline = [...html.matchAll(/<script\b(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, code = '']) => code)
  return inline.flatMap((code) =>
    [...code.matchAll(/(?:^|[;}\s])import\s*(?:[^"'`(;]*from\s*)?["'`](\/[^"'`]+)["'`]/g)].map(([, path = '']) => path),
  )
}

function weight(file: string): number {
  const path = join(built, file)
  if (!existsSync(path)) {
    problems.push(`${file} is not there (in ${readdirSync(built).length} built files and folders)`)
    return 0
  }
  return brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
}

function row(name: string, bytes: number): string {
  return `  ${name.padEnd(44)}${kB(bytes).padStart(9)}`
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(2)} kB`
}
