import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { imageMetadata } from 'astro/assets/utils'

export type PictureSize = { width: number; height: number }

const sizes = new Map<string, Promise<PictureSize>>()
const drawings = new Map<string, string>()

/** What a picture of the company measures, so that its place is kept while it loads. Content does not change while we run. */
export function pictureSize(folder: string, file: string): Promise<PictureSize> {
  const path = join(folder, 'pictures', file)
  const known = sizes.get(path) ?? imageMetadata(readFileSync(path), path)
  sizes.set(path, known)
  return known
}

/** An SVG of the company as markup, so that it takes the colour of the text around it. */
export function drawing(folder: string, file: string): string {
  const path = join(folder, 'pictures', file)
  const known = drawings.get(path) ?? readFileSync(path, 'utf8').replace(/^[\s\S]*?(?=<svg)/, '')
  drawings.set(path, known)
  return known
}
