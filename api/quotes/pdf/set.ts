import { collect, Paper, QUIET, SHEET } from '../../paper/paper.ts'
import { setEnding } from './ending.ts'
import { setHead, setRunningHead } from './head.ts'
import type { PrintedQuote } from './printed.ts'
import { setTable } from './table.ts'
import { setTotals } from './totals.ts'
import { type Words, wordsOf } from './words.ts'

/** Sets the quote on sheets of A4, as a well-set printed offer. The same quote always gives the same bytes. */
export function setQuote(printed: PrintedQuote): Promise<Uint8Array> {
  const { document, at, accent } = printed
  const words = wordsOf(printed)
  const title = `${words.t('quote-pdf.title', { reference: document.reference })}, ${words.t('quote-pdf.version', { n: document.revision })}`
  const paper = new Paper({ title, lang: document.locale, at: new Date(at) })
  const bytes = collect(paper)

  paper.onTurn = () => setRunningHead(paper, printed, words)
  setHead(paper, printed, words)
  setTable(paper, document.lines, words)
  setTotals(paper, document, words, accent)
  setEnding(paper, printed, words)
  setFeet(paper, printed, words)
  paper.end()
  return bytes
}

/** What every sheet ends with: who we are, which version this is, and how many sheets belong together. */
function setFeet(paper: Paper, { document, hash, standing }: PrintedQuote, { t }: Words) {
  const { count } = paper.doc.bufferedPageRange()
  const { seller, revision } = document
  const style = { size: 7, colour: QUIET }
  for (let n = 0; n < count; n++) {
    paper.doc.switchToPage(n)
    paper.decorate(() => {
      if (standing === 'draft') watermark(paper, t('quote-pdf.draft'))
      paper.rule(786)
      paper.draw(paper.line([seller.legalName, seller.registration, seller.email, seller.phone].join(' · '), style), 791)
      paper.draw(paper.line(t('quote-pdf.page', { n: n + 1, count }), style), 791, { align: 'right' })
      paper.draw(paper.line(t('quote-pdf.mark', { n: revision, hash }), { ...style, figures: true }), 801)
    })
  }
}

/** Across the sheet, so that nobody takes a draft for an offer. */
function watermark(paper: Paper, word: string) {
  const { doc } = paper
  const line = paper.line(word.toUpperCase(), { size: 120, weight: 700, colour: '#000000' })
  const [x, y] = [SHEET.width / 2, SHEET.height / 2]
  doc
    .save()
    .rotate(-35, { origin: [x, y] })
    .fillOpacity(0.045)
  paper.draw(line, y - 80, { x: x - line.width / 2 })
  doc.restore()
  doc.fillOpacity(1)
}
