import PDFDocument from 'pdfkit'
import { Faces, type Style } from './faces.ts'
import { type Line, leading, lineOf, wrap } from './wrap.ts'

export const INK = '#1b2321'
export const QUIET = '#59625f'
export const EDGE = '#d9dedc'
export const WASH = '#f2f5f4'

/** A4 in points, and where text stands on it. */
export const SHEET = { width: 595.28, height: 841.89, left: 60, right: 535.28, top: 58, bottom: 768 }
export const MEASURE = SHEET.right - SHEET.left

type At = { x?: number; width?: number; align?: 'left' | 'right' }

/** Sheets that are filled from the top: text flows onto the next one, and all of it is tagged for who listens to it. */
export class Paper {
  readonly doc: PDFKit.PDFDocument
  readonly faces: Faces
  /** How far the sheet is filled. */
  y = SHEET.top
  /** Draws what every further sheet begins with. */
  onTurn: () => void = () => {}
  #parent: PDFKit.PDFStructureElement

  constructor({ title, lang, at }: { title: string; lang: string; at: Date }) {
    this.doc = new PDFDocument({
      ...{ size: [SHEET.width, SHEET.height], margin: 0, bufferPages: true, pdfVersion: '1.7' as const },
      ...{ tagged: true, lang, displayTitle: true },
      // Nothing of the moment it is made: the same content gives the same bytes.
      info: { Title: title, Producer: 'Torv', Creator: 'Torv', CreationDate: at },
    })
    this.faces = new Faces(this.doc)
    this.#parent = this.doc.struct('Document')
    this.doc.addStructure(this.#parent)
  }

  /** Groups what `draw` says under a structure element: a table, a row, a section. */
  group(type: string, draw: () => void) {
    const outer = this.#parent
    const element = this.doc.struct(type)
    outer.add(element)
    this.#parent = element
    draw()
    element.end()
    this.#parent = outer
  }

  /** Decoration, or what has been said before: not read aloud. */
  decorate(draw: () => void) {
    this.doc.markContent('Artifact', { type: 'Layout' })
    draw()
    this.doc.endMarkedContent()
  }

  /** Lines below each other from the top of the free space, onto further sheets where they must; never one line alone. */
  flow(type: string, lines: Line[], at: At = {}) {
    this.#leaf(type, (begin, end) => {
      begin()
      lines.forEach((line, index) => {
        const together = lines.slice(index, index + (index === 0 || index === lines.length - 2 ? 2 : 1))
        if (this.isFull(together.reduce((height, next) => height + leading(next.style), 0))) {
          end()
          this.turn()
          begin()
        }
        this.draw(line, this.y, at)
        this.y += leading(line.style)
      })
      end()
    })
  }

  /** Lines at a place, leaving the free space as it is. */
  place(type: string, lines: Line[], y: number, at: At = {}) {
    this.#leaf(type, (begin, end) => {
      begin()
      let top = y
      for (const line of lines) {
        this.draw(line, top, at)
        top += leading(line.style)
      }
      end()
    })
  }

  /** A drawing, with words for who cannot see it. */
  figure(alt: string, draw: () => void) {
    const element = this.doc.struct('Figure', { alt })
    this.#parent.add(element)
    const content = this.doc.markStructureContent('Figure')
    draw()
    this.doc.endMarkedContent()
    element.add(content)
    element.end()
  }

  /** Lines that lead to an address. */
  link(lines: Line[], y: number, { x, width, url }: { x: number; width: number; url: string }) {
    this.place('P', lines, y, { x, width })
    this.doc.link(
      x,
      y,
      width,
      lines.reduce((height, line) => height + leading(line.style), 0),
      url,
    )
  }

  end() {
    this.#parent.end()
    this.doc.end()
  }

  wrap(text: string, style: Style, width = MEASURE): Line[] {
    return wrap(this.faces, text, style, width)
  }

  line(text: string, style: Style): Line {
    return lineOf(this.faces, text, style)
  }

  isFull(height: number): boolean {
    return this.y + height > SHEET.bottom
  }

  /** Begins a new sheet unless so much still fits on this one. */
  need(height: number) {
    if (this.isFull(height)) this.turn()
  }

  turn() {
    this.doc.addPage()
    this.y = SHEET.top
    this.onTurn()
  }

  rule(y: number, { colour = EDGE, weight = 0.6, x = SHEET.left, width = MEASURE } = {}) {
    this.doc
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(weight)
      .stroke(colour)
  }

  draw({ runs, style, width: wide }: Line, y: number, { x = SHEET.left, width = MEASURE, align = 'left' }: At = {}) {
    const baseline = y + leading(style) * 0.5 + style.size * 0.34
    let left = align === 'right' ? x + width - wide : x
    for (const { text, face, features, width, isUnknown } of runs) {
      this.doc
        .font(face)
        .fontSize(style.size)
        .fillColor(style.colour ?? INK)
      if (isUnknown) this.#box(left, baseline, width, style.size)
      const inset = isUnknown ? style.size * 0.175 : 0
      this.doc.text(text, left + inset, baseline, { lineBreak: false, baseline: 'alphabetic', ...(features.length && { features }) })
      left += width
    }
  }

  #box(x: number, baseline: number, width: number, size: number) {
    this.doc
      .rect(x + size * 0.05, baseline - size * 0.78, width - size * 0.1, size * 0.95)
      .lineWidth(size * 0.05)
      .stroke(QUIET)
  }

  #leaf(type: string, write: (begin: () => void, end: () => void) => void) {
    const element = this.doc.struct(type)
    this.#parent.add(element)
    const contents: PDFKit.PDFStructureContent[] = []
    write(
      () => contents.push(this.doc.markStructureContent(type)),
      () => this.doc.endMarkedContent(),
    )
    for (const content of contents) element.add(content)
    element.end()
  }
}

/** All of the file, once `end` has been called. */
export function collect({ doc }: Paper): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
}
