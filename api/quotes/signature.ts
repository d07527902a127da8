import { z } from 'zod'
import { SIGNATURE_SHEET } from './signature-sheet.ts'

const MAX_STROKES = 80
const MAX_NUMBERS = 4_000

/** One movement of the pen: x and y by turns. Whole numbers only, so that nothing but a drawing can be in it. */
const Stroke = z
  .array(z.int().min(0).max(SIGNATURE_SHEET.width))
  .min(2)
  .max(MAX_NUMBERS)
  .refine((numbers) => numbers.length % 2 === 0 && numbers.every((n, at) => at % 2 === 0 || n <= SIGNATURE_SHEET.height))
export type Stroke = z.infer<typeof Stroke>

/** A drawn signature; empty when the name was only typed. */
export const Signature = z
  .array(Stroke)
  .max(MAX_STROKES)
  .refine((strokes) => strokes.reduce((sum, stroke) => sum + stroke.length, 0) <= MAX_NUMBERS)

/** The drawing as the `d` of an SVG path: curves through the middle of each pair of points, which is how a pen moves. */
export function signaturePath(strokes: Stroke[]): string {
  return strokes.map(strokePath).join('')
}

function strokePath(stroke: Stroke): string {
  const points = pointsOf(stroke)
  const [first = [0, 0], ...others] = points
  if (!others.length) return `M${first} l.1 0` // a dot: a round line cap makes it seen
  const curves = others.slice(0, -1).map((point, at) => `Q${point} ${middle(point, others[at + 1] ?? point)}`)
  return `M${first}${curves.join('')}L${others.at(-1)}`
}

function pointsOf(stroke: Stroke): [number, number][] {
  return Array.from({ length: stroke.length / 2 }, (_, at) => [stroke[2 * at] ?? 0, stroke[2 * at + 1] ?? 0])
}

function middle([x, y]: [number, number], [x2, y2]: [number, number]): [number, number] {
  return [(x + x2) / 2, (y + y2) / 2]
}
