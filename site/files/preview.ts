import type { Upload } from '../../api/files/store.ts'

/** What every browser draws. What draws it is an <img>, in which nothing runs, from an address that opens as nothing but a download. */
const DRAWN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']
/** Larger ones would be fetched for a thumbnail. */
const MAX_BYTES = 8_000_000

export function isShown({ type, size }: Pick<Upload, 'type' | 'size'>): boolean {
  return DRAWN.includes(type) && size <= MAX_BYTES
}
