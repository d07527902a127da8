import { join } from 'node:path'
import { preact } from '@preact/preset-vite'
import type { InlineConfig } from 'vite'

const here = import.meta.dirname
// What light-dark() and nesting need; without it they are rewritten for browsers that neither page nor panel serves.
const cssTarget = ['chrome123', 'firefox120', 'safari17.5']

/** The script on other people's pages: `widget.js`, one file with nothing beside it. */
export function loaderConfig(outDir: string): InlineConfig {
  return {
    configFile: false,
    root: here,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      cssTarget,
      lib: { entry: join(here, 'loader/widget.ts'), formats: ['iife'], name: 'torvLoader', fileName: () => 'widget.js' },
      rolldownOptions: { output: { exports: 'none' } },
    },
  }
}

/** What the frame shows, under `/widget/`, with the manifest that the server reads. */
export function panelConfig(outDir: string): InlineConfig {
  return {
    ...panelBase,
    logLevel: 'warn',
    build: {
      outDir: join(outDir, 'widget'),
      emptyOutDir: true,
      target: 'es2022',
      cssTarget,
      manifest: 'manifest.json',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(here, 'panel/main.tsx') },
    },
  }
}

/** The panel as it is being written; its cache and its socket stand apart from those of the site's own Vite. */
export function panelDevelopmentConfig(cacheDir: string): InlineConfig {
  return {
    ...panelBase,
    appType: 'custom',
    cacheDir,
    server: { middlewareMode: true, hmr: { path: 'hot', port: 24679 }, fs: { allow: [join(here, '..')] } },
    optimizeDeps: { entries: ['panel/main.tsx'] },
  }
}

const panelBase: InlineConfig = { configFile: false, root: here, base: '/widget/', publicDir: false, plugins: [preact()] }
