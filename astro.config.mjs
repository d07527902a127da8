import node from '@astrojs/node'
import preact from '@astrojs/preact'
import { defineConfig, sessionDrivers } from 'astro/config'
import { torvInDevelopment } from './site/development.ts'

process.env.ASTRO_TELEMETRY_DISABLED = '1'

export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  outDir: './dist',
  // Of the pages that take files; others may have much less (api/server.ts).
  adapter: node({ mode: 'standalone', staticHeaders: true, bodySizeLimit: 210_000_000 }),
  integrations: [preact(), torvInDevelopment()],
  server: { host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT ?? 4321) },
  trailingSlash: 'ignore',
  build: { format: 'directory', inlineStylesheets: 'never' },
  // We check the origin of every unsafe request ourselves, API and pages alike (api/platform/origin.ts).
  security: {
    checkOrigin: false,
    // In development hot reloading needs what the policy forbids.
    csp: process.argv.includes('dev')
      ? false
      : {
          directives: [
            "default-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-src 'self'",
            "connect-src 'self'",
          ],
        },
  },
  // Sessions are the API's (api/accounts); Astro's own are off.
  session: { driver: sessionDrivers.memory() },
  markdown: { syntaxHighlight: 'prism' },
  devToolbar: { enabled: false },
  vite: {
    ssr: { external: ['libsql', '@libsql/client', '@node-rs/argon2'] },
  },
})
