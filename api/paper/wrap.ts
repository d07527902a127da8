import type { Faces, Run, Style } from './faces.ts'

/** One line of text as it is drawn. */
export type Line = { runs: Run[]; width: number; style: Style }

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Breaks text into lines that fit: at spaces and after hyphens, and in the middle of a word only where it is longer than a line. */
export function wrap(faces: Faces, text: string, style: Style, width: number): Line[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(faces, paragraph, style, width))
}

export function leading({ size }: Style): number {
  return size * 1.45
}

export function heightOf(lines: Line[]): number {
  return lines.reduce((height, line) => height + leading(line.style), 0)
}

function wrapParagraph(faces: Faces, paragraph: string, style: Style, width: number): Line[] {
  const lines: string[] = ['']
  let used = 0
  for (const word of wordsOf(paragraph)) {
    const wide = faces.widthOf(word, style)
    if (used + faces.widthOf(word.trimEnd(), style) <= width) {
      lines.push((lines.pop() ?? '') + word)
      used += wide
      continue
    }
    const pieces = wide <= width ? [word] : cut(faces, word, style, width)
    if (lines.at(-1) === '') lines.pop()
    lines.push(...pieces)
    used = faces.widthOf(pieces.at(-1) ?? '', style)
  }
  return lines.map((line) => lineOf(faces, line.trimEnd(), style))
}

/** Each with the spaces after it. A no-break space keeps its words together. */
function wordsOf(text: string): string[] {
  return text.match(/[^ \t-]*(?:-+|[ \t]+|$)[ \t]*/g)?.filter(Boolean) ?? []
}

function cut(faces: Faces, word: string, style: Style, width: number): string[] {
  const pieces = ['']
  let used = 0
  for (const { segment } of graphemes.segment(word)) {
    const wide = faces.widthOf(segment, style)
    if (used + wide > width && pieces.at(-1)) {
      pieces.push('')
      used = 0
    }
    pieces.push((pieces.pop() ?? '') + segment)
    used += wide
  }
  return pieces
}

export function lineOf(faces: Faces, text: string, style: Style): Line {
  const runs = faces.runs(text, style)
  return { runs, style, width: runs.reduce((width, run) => width + run.width, 0) }
}
