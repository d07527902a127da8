import type { Context } from 'hono'
import type { Env } from '../platform/http.ts'
import { findUpload, type StoredUpload } from './find.ts'
import { ownerOf, ownerOrNew } from './owner.ts'

/** Whose files a request is about: a browser's that has cookies, or a visitor's of the widget. */
export type Who = {
  owner: (c: Context<Env>) => Promise<string | undefined>
  ownerOrNew: (c: Context<Env>) => Promise<string>
  /** A file as they may read it; undefined for any other. */
  find: (c: Context<Env>, id: string) => Promise<StoredUpload | undefined>
}

export const BROWSER: Who = {
  owner: async (c) => ownerOf(c),
  ownerOrNew: async (c) => ownerOrNew(c),
  find: async (c, id) => findUpload(c.var.services, c.var.actor, ownerOf(c), id),
}
