import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The panel's files, by address. */
export type Assets = {
  script: string
  styles: string[]
  /** Served by Vite's development server, which asks for more than the finished panel does. */
  isBeingWritten?: boolean
}

type Manifest = Record<string, { file: string; css?: string[]; isEntry?: boolean }>

/** How the build names the files; read once, since they change with the next build only. */
const FILE = 'dist/client/widget/manifest.json'
const shared = globalThis as { [key: symbol]: Assets | undefined }
const key = Symbol.for('torv.widget-assets')

/** What the build wrote, unless a development server has put its own in place. */
export function panelAssets(): Assets {
  shared[key] ??= fromManifest(JSON.parse(readFileSync(resolve(FILE), 'utf8')) as Manifest) // written by Vite
  return shared[key]
}

/** For the development server and for tests: the panel comes from here instead. */
export function usePanelAssets(assets: Assets | undefined) {
  shared[key] = assets
}

function fromManifest(manifest: Manifest): Assets {
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry)
  if (!entry) throw new Error(`${FILE} names no entry`)
  return { script: `/widget/${entry.file}`, styles: (entry.css ?? []).map((file) => `/widget/${file}`) }
}
