/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    locale: import('../content/schema.ts').Locale
    t: import('../content/phrases.ts').Translate
    /** Everything the company has written. */
    content: import('../content/load.ts').Content
    /** The API, called in process with the visitor's cookie. Not for prerendered pages. */
    api: import('./api.ts').Api
    /** Who is signed in; undefined on prerendered pages. */
    me: import('./api.ts').Me | undefined
    /** On whose behalf prices are shown; a guest's on prerendered pages. */
    viewer: import('../api/catalog/model.ts').Viewer
    /** The path of a page in the visitor's language: `path('/help')` is `/da/help`. */
    path: (page: string) => string
  }
}
