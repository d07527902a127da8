import { INK, type Paper, QUIET, SHEET } from '../../paper/paper.ts'
import { leading } from '../../paper/wrap.ts'
import type { QuoteDocument } from '../document.ts'
import type { Words } from './words.ts'

const SUM = { size: 9, figures: true }
const TOTAL = { size: 13, weight: 700 as const, figures: true }
const WIDTH = 220

export function totalsHeight({ vat, unpriced }: QuoteDocument): number {
  return 12 + (1 + vat.length) * (leading(SUM) + 2) + leading(TOTAL) + 18 + (unpriced ? leading(SUM) : 0)
}

/** The sums, always together on one sheet. */
export function setTotals(paper: Paper, document: QuoteDocument, { t, money, percent }: Words, accent: string) {
  paper.need(totalsHeight(document))
  const x = SHEET.right - WIDTH
  const rows: [string, string][] = [
    [t('quotes.sum.net'), money(document.net)],
    ...document.vat.map(({ rateBp, net, vat }): [string, string] => [
      document.vat.length > 1
        ? t('quote-pdf.sum.vat-of', { percent: percent(rateBp), net: money(net) })
        : t('quotes.sum.vat', { percent: percent(rateBp) }),
      money(vat),
    ]),
  ]
  paper.y += 12
  paper.group('Table', () => {
    for (const [label, amount] of rows) {
      row(paper, label, amount, { ...SUM, colour: QUIET }, SUM, x)
      paper.y += leading(SUM) + 2
    }
    paper.decorate(() => paper.rule(paper.y + 4, { colour: accent, weight: 1.6, x, width: WIDTH }))
    paper.y += 10
    row(paper, t('quotes.sum.total'), money(document.total), { ...TOTAL, figures: false }, TOTAL, x)
    paper.y += leading(TOTAL) + 8
  })
  if (document.unpriced)
    paper.flow('P', paper.wrap(t('quotes.sum.unpriced', { n: document.unpriced }), { size: 8, colour: QUIET }, WIDTH), { x })
}

type Face = { size: number; colour?: string; weight?: 400 | 600 | 700; figures?: boolean }

function row(paper: Paper, label: string, amount: string, labelStyle: Face, amountStyle: Face, x: number) {
  paper.group('TR', () => {
    paper.place('TH', [paper.line(label, labelStyle)], paper.y, { x, width: WIDTH })
    paper.place('TD', [paper.line(amount, { colour: INK, ...amountStyle })], paper.y, { x, width: WIDTH, align: 'right' })
  })
}
