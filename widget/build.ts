import { resolve } from 'node:path'
import { build, createServer, type ViteDevServer } from 'vite'
import { loaderConfig, panelConfig, panelDevelopmentConfig } from './vite.config.ts'

/** Writes `widget.js` and `widget/` into `outDir`, after `astro build`, which empties it. */
export async function buildWidget({ outDir }: { outDir: string }) {
  await build(panelConfig(outDir))
  await build(loaderConfig(outDir))
}

/** `widget.js` as the sources are now. */
export async function buildLoader(): Promise<string> {
  const config = loaderConfig('dist')
  const built = await build({ ...config, build: { ...config.build, write: false, minify: false } })
  const [bundle] = Array.isArray(built) ? built : [built]
  const chunk = bundle && 'output' in bundle ? bundle.output[0] : undefined
  if (chunk?.type !== 'chunk') throw new Error('The loader was built into something other than one script')
  return chunk.code
}

/** A Vite of the widget's own, to be mounted into another server; it serves everything under `/widget/`. */
export function widgetDevServer(): Promise<ViteDevServer> {
  return createServer(panelDevelopmentConfig(resolve('node_modules/.vite-widget')))
}
