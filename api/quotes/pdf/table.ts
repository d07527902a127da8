import type { Style } from '../../paper/faces.ts'
import { INK, MEASURE, type Paper, QUIET, SHEET } from '../../paper/paper.ts'
import { heightOf, type Line, leading } from '../../paper/wrap.ts'
import type { PricedLine } from '../pricing.ts'
import type { Words } from './words.ts'

type Column = { label: string; of: (line: PricedLine) => string; style: Style; width: number; x: number }
type Row = { line: PricedLine; what: Line[]; height: number }

const HEAD: Style = { size: 8, colour: QUIET }
const NAME: Style = { size: 9.5, weight: 600 }
const DETAIL: Style = { size: 8, colour: QUIET }
const FIGURE: Style = { size: 9, figures: true }
const GAP = 16
const PAD = 7
const MIN_ITEM = 170
const TICK = 15

/** The lines of the offer. A line is kept on one sheet when a sheet has room for it; each further sheet repeats the head. */
export function setTable(paper: Paper, lines: PricedLine[], words: Words) {
  const columns = columnsFor(paper, lines, words)
  const itemWidth = (columns[0]?.x ?? SHEET.right) - SHEET.left - GAP
  const rows = lines.map((line) => rowOf(paper, line, words, itemWidth))
  const heads = (): [Line, { x: number; width: number; align: 'left' | 'right' }][] => [
    [paper.line(words.t('quotes.line.what'), HEAD), { x: SHEET.left, width: itemWidth, align: 'left' }],
    ...columns.map(({ label, x, width }) => [paper.line(label, HEAD), { x, width, align: 'right' }] as const satisfies unknown[]),
  ]

  paper.need(leading(HEAD) + PAD + (rows[0]?.height ?? 0))
  paper.group('Table', () => {
    paper.group('TR', () => {
      for (const [line, at] of heads()) paper.place('TH', [line], paper.y, at)
    })
    underHead(paper)
    const turned = paper.onTurn
    paper.onTurn = () => {
      turned()
      paper.decorate(() => {
        for (const [line, at] of heads()) paper.draw(line, paper.y, at)
      })
      underHead(paper)
    }
    rows.forEach((row, index) => {
      setRow(paper, row, columns, words, index > 0)
    })
    paper.onTurn = turned
  })
  paper.decorate(() => paper.rule(paper.y, { colour: INK, weight: 0.8 }))
}

function underHead(paper: Paper) {
  paper.y += leading(HEAD) + 4
  paper.decorate(() => paper.rule(paper.y, { colour: INK, weight: 0.8 }))
}

function setRow(paper: Paper, { line, what, height }: Row, columns: Column[], words: Words, isRuled: boolean) {
  const sheet = SHEET.bottom - SHEET.top - 60
  if (height <= sheet) paper.need(height)
  else paper.need(80)
  const top = paper.y
  if (isRuled && top > SHEET.top + 60) paper.decorate(() => paper.rule(top))
  paper.group('TR', () => {
    const x = SHEET.left + (line.optional ? TICK : 0)
    if (line.optional) tick(paper, top + PAD, line, words)
    paper.y = top + PAD
    paper.flow('TD', what, { x })
    const bottom = paper.y
    for (const { of, style, x: left, width } of columns) {
      const shown = line.selected ? style : { ...style, colour: QUIET, weight: 400 as const }
      // Set on the line of the name, although it is a little smaller.
      const y = bottom >= top ? top + PAD + (leading(NAME) - leading(style)) / 2 : SHEET.top
      if (bottom >= top) paper.place('TD', [paper.line(of(line), shown)], y, { x: left, width, align: 'right' })
    }
    paper.y = bottom + PAD
  })
}

/** A box as on a form, ticked when the line is part of the total. */
function tick(paper: Paper, y: number, { selected }: PricedLine, { t }: Words) {
  const { doc } = paper
  const [x, size] = [SHEET.left + 0.5, 8]
  const top = y + (leading(NAME) - size) / 2
  paper.figure(t(selected ? 'quote-pdf.line.chosen' : 'quote-pdf.line.not-chosen'), () => {
    doc
      .rect(x, top, size, size)
      .lineWidth(0.8)
      .stroke(selected ? INK : QUIET)
    if (selected)
      doc
        .moveTo(x + 1.8, top + 4.2)
        .lineTo(x + 3.4, top + 6)
        .lineTo(x + 6.3, top + 2.1)
        .lineWidth(1.2)
        .stroke(INK)
  })
}

function rowOf(paper: Paper, line: PricedLine, words: Words, width: number): Row {
  const measure = width - (line.optional ? TICK : 0)
  const name = paper.wrap(line.name, { ...NAME, colour: line.selected ? INK : QUIET }, measure)
  const details = detailsOf(line, words).flatMap((detail) => paper.wrap(detail, DETAIL, measure))
  const what = [...name, ...details]
  return { line, what, height: heightOf(what) + 2 * PAD }
}

/** What stands below the name: the number, the choices, and how the price came about. */
function detailsOf(line: PricedLine, { t, money, percent, number, date }: Words): string[] {
  const { sku, options, listUnit, tierUnit, ownUnit, discountBp, discount, optional, selected, range, deliveryOn, note } = line
  const hasTier = ownUnit === null && listUnit !== null && tierUnit !== null && tierUnit < listUnit
  return [
    ...(optional ? [t(selected ? 'quote-pdf.line.optional-chosen' : 'quote-pdf.line.optional-open')] : []),
    ...(sku ? [sku] : []),
    ...options.map(({ name, choiceName, price }) => `${name}: ${choiceName}${price > 0 ? ` (+ ${money(price)})` : ''}`),
    ...(hasTier ? [t('quotes.line.tier', { list: money(listUnit), tier: money(tierUnit) })] : []),
    ...(discountBp > 0 ? [t('quotes.line.discount', { percent: percent(discountBp), amount: money(discount) })] : []),
    ...(range ? [t('quote-pdf.line.range', { min: number(range.min), max: number(range.max) })] : []),
    ...(deliveryOn ? [t('quote-pdf.line.delivery', { date: date(deliveryOn) })] : []),
    ...(note ? [note] : []),
  ]
}

/** As wide as their longest entry; the name of the item gets what is left. */
function columnsFor(paper: Paper, lines: PricedLine[], { t, money, percent, number }: Words): Column[] {
  const columns: Omit<Column, 'width' | 'x'>[] = [
    { label: t('quotes.line.quantity'), of: ({ quantity }) => number(quantity), style: FIGURE },
    { label: t('quotes.line.each'), of: ({ unitPrice }) => (unitPrice === null ? '–' : money(unitPrice)), style: FIGURE },
    { label: t('quote-pdf.line.vat'), of: ({ vatBp }) => `${percent(vatBp)} %`, style: FIGURE },
    {
      label: t('quotes.line.net'),
      of: ({ net, selected }) => (net === null ? t('quote-pdf.line.on-request') : selected ? money(net) : `(${money(net)})`),
      style: { ...FIGURE, weight: 600 },
    },
  ]
  const widths = columns.map(({ label, of, style }) =>
    Math.max(paper.faces.widthOf(label, HEAD), ...lines.map((line) => paper.faces.widthOf(of(line), style))),
  )
  const wanted = widths.reduce((sum, width) => sum + width + GAP, 0)
  // Amounts of a great many digits press together rather than push the names out.
  const gap = Math.max(4, GAP - Math.max(0, wanted - (MEASURE - MIN_ITEM)) / columns.length)
  let right = SHEET.right
  return columns
    .map((column, index) => ({ ...column, width: widths[index] ?? 0 }))
    .reverse()
    .map((column) => {
      const x = right - column.width
      right = x - gap
      return { ...column, x }
    })
    .reverse()
}
