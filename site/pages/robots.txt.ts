import type { APIRoute } from 'astro'
import { torv } from '../api.ts'

export const prerender = false

export const GET: APIRoute = () =>
  new Response(`User-agent: *\nDisallow: /api/\nDisallow: /desk/\n\nSitemap: ${torv().config.publicUrl}/sitemap.xml\n`, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=3600' },
  })
