import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

export type Weight = 400 | 600 | 700
export type Style = {
  size: number
  weight?: Weight
  colour?: string
  /** Figures of one width, for columns of amounts. */
  figures?: boolean
}

/** What is drawn in one go: in one face, or as the sign that stands for what no face has. */
export type Run = { text: string; face: string; features: PDFKit.Mixins.OpenTypeFeatures[]; width: number; isUnknown?: boolean }

/** Only this of fontkit's font, which pdfkit keeps to itself. */
type Glyphs = { hasGlyphForCodePoint(code: number): boolean }

const WEIGHTS: Weight[] = [400, 600, 700]
const ALPHABETS = ['latin', 'latin-ext'] as const
const require = createRequire(import.meta.url)
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

// Have no look of their own: joiners, direction marks, selectors, the byte order mark.
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g

/** The embedded family of one document: finds for every character the file that has it. */
export class Faces {
  readonly #doc: PDFKit.PDFDocument
  readonly #glyphs = new Map<string, Glyphs>()
  /** The same words stand in many lines, and measuring is what costs time. */
  readonly #measured = new Map<string, Run[]>()

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc
    for (const weight of WEIGHTS) for (const alphabet of ALPHABETS) doc.registerFont(`${alphabet}-${weight}`, fontFile(alphabet, weight))
  }

  /** The text in runs of one face each. What no face has becomes a sign that can be seen: nothing is dropped unsaid. */
  runs(text: string, style: Style): Run[] {
    const key = `${style.weight ?? 400} ${style.size} ${style.figures ?? false} ${text}`
    const runs = this.#measured.get(key) ?? this.#measure(text, style)
    this.#measured.set(key, runs)
    return runs
  }

  widthOf(text: string, style: Style): number {
    return this.runs(text, style).reduce((width, run) => width + run.width, 0)
  }

  #measure(text: string, style: Style): Run[] {
    const runs: Run[] = []
    for (const { segment } of graphemes.segment(plain(text))) {
      const seen = segment.replace(UNSEEN, '')
      if (!seen) continue
      const face = this.#faceFor(seen, style.weight ?? 400)
      const features: Run['features'] = style.figures && /^\d$/.test(segment) ? ['tnum'] : []
      const last = runs.at(-1)
      if (!face) runs.push({ text: '?', face: `latin-${style.weight ?? 400}`, features: [], width: 0, isUnknown: true })
      else if (last && !last.isUnknown && last.face === face && last.features.length === features.length) last.text += seen
      else runs.push({ text: seen, face, features, width: 0 })
    }
    for (const run of runs) run.width = this.#widthOf(run, style.size)
    return runs
  }

  #widthOf({ text, face, features, isUnknown }: Run, size: number): number {
    this.#doc.font(face).fontSize(size)
    const width = this.#doc.widthOfString(text, features.length ? { features } : {})
    return isUnknown ? width + size * 0.35 : width
  }

  #faceFor(grapheme: string, weight: Weight): string | undefined {
    const codes = [...grapheme].map((character) => character.codePointAt(0) ?? 0)
    return ALPHABETS.map((alphabet) => `${alphabet}-${weight}`).find((face) => {
      const glyphs = this.#glyphsOf(face)
      return codes.every((code) => glyphs.hasGlyphForCodePoint(code))
    })
  }

  #glyphsOf(face: string): Glyphs {
    const known = this.#glyphs.get(face)
    if (known) return known
    this.#doc.font(face)
    const { font } = (this.#doc as unknown as { _font: { font: Glyphs } })._font // not in its types, but how it finds its glyphs
    this.#glyphs.set(face, font)
    return font
  }
}

/** The characters that a reader sees: composed, every space and hyphen an ordinary one. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(CONTROL, ' ')
    .replace(/[\p{Zs}\u2028\u2029]/gu, ' ')
    .replace(/[\u2010\u2011]/g, '-')
}

const files = new Map<string, Buffer>()

function fontFile(alphabet: string, weight: Weight): Buffer {
  const name = `@fontsource/schibsted-grotesk/files/schibsted-grotesk-${alphabet}-${weight}-normal.woff`
  const file = files.get(name) ?? readFileSync(require.resolve(name))
  files.set(name, file)
  return file
}
