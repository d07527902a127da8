import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Content } from '../../content/load.ts'
import { INK, type Paper } from './paper.ts'

type Logo = { width: number; height: number; paths: { d: string; fill: string; isEvenOdd: boolean }[] }

export function drawLogo(
  { doc }: Paper,
  logo: Logo,
  { x, y, height, maxWidth }: { x: number; y: number; height: number; maxWidth: number },
) {
  doc
    .save()
    .translate(x, y)
    .scale(Math.min(height / logo.height, maxWidth / logo.width))
  for (const { d, fill, isEvenOdd } of logo.paths) doc.path(d).fill(fill, isEvenOdd ? 'even-odd' : 'non-zero')
  doc.restore()
}

/** Undefined for a drawing that needs more than paths: the company's name is set instead. */
export function readLogo(svg: string): Logo | undefined {
  const tags = [...svg.matchAll(/<([a-z]+)((?:\s[^>]*?)?)\/?>/gi)].map(([, name = '', rest = '']) => ({ name, rest }))
  const root = tags.find(({ name }) => name === 'svg')
  const box = /^0 0 ([\d.]+) ([\d.]+)$/.exec(attribute(root?.rest, 'viewBox') ?? '')
  const isPlain = tags.every(({ name, rest }) => /^(svg|path|title)$/.test(name) && !/\s(transform|style|class|opacity|stroke)=/.test(rest))
  if (!root || !box || !isPlain) return undefined
  const inherited = attribute(root.rest, 'fill')
  const paths = tags.flatMap(({ name, rest }) => {
    const d = attribute(rest, 'd')
    const fill = attribute(rest, 'fill') ?? inherited ?? '#000000'
    return name === 'path' && d ? [{ d, fill: colourOf(fill), isEvenOdd: attribute(rest, 'fill-rule') === 'evenodd' }] : []
  })
  return paths.length ? { width: Number(box[1]), height: Number(box[2]), paths } : undefined
}

function attribute(text: string | undefined, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(text ?? '')?.[1]
}

function colourOf(fill: string): string {
  return /^#[0-9a-f]{6}$/i.test(fill) ? fill : INK
}

/** The company's logo as SVG. */
export function logoOf(contentDir: string, { company }: Content): string {
  return readFileSync(join(contentDir, 'pictures', company.logo), 'utf8')
}
