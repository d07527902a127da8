import type { APIRoute } from 'astro'
import { torv } from '../api.ts'
import { pagesForEverybody } from '../sitemap.ts'

// On demand, since a build does not know the public address.
export const prerender = false

export const GET: APIRoute = ({ locals }) => {
  const { publicUrl } = torv().config
  const urls = pagesForEverybody(locals.content).map(({ path, languages }) => {
    const others = Object.entries(languages).map(
      ([locale, other]) => `<xhtml:link rel="alternate" hreflang="${locale}" href="${publicUrl}${other}"/>`,
    )
    return `<url><loc>${publicUrl}${path}</loc>${others.join('')}</url>`
  })
  const opening = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${opening}\n${urls.join('\n')}\n</urlset>\n`, {
    headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'public, max-age=3600' },
  })
}
