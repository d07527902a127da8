import { EDGE, INK, MEASURE, type Paper, QUIET, SHEET, WASH } from '../../paper/paper.ts'
import { heightOf, leading } from '../../paper/wrap.ts'
import { signaturePath } from '../signature.ts'
import { SIGNATURE_SHEET } from '../signature-sheet.ts'
import type { PrintedAcceptance, PrintedQuote } from './printed.ts'
import type { Words } from './words.ts'

const SMALL = { size: 8, colour: QUIET }
const BODY = { size: 9 }
const HEADING = { size: 10.5, weight: 600 as const }
const PAD = 14

/** The terms, and below them the place for a yes, or the yes that was given. */
export function setEnding(paper: Paper, printed: PrintedQuote, words: Words) {
  const { document, standing, acceptance } = printed
  const terms = paper.wrap(document.terms, SMALL, MEASURE)
  const heading = paper.wrap(words.t('quotes.sheet.terms', { version: document.termsVersion }), { size: 9, weight: 600 })
  paper.y += 18
  // Short terms are kept together; long ones may begin here and go on overleaf.
  paper.need(heightOf(heading) + (heightOf(terms) < 240 ? heightOf(terms) : heightOf(terms.slice(0, 3))))
  paper.flow('H2', heading)
  paper.y += 3
  paper.flow('P', terms)
  paper.y += 16
  if (acceptance) setAccepted(paper, printed, acceptance, words)
  else if (standing === 'open') setPlaceForYes(paper, printed, words)
}

function setAccepted(
  paper: Paper,
  { document: { termsVersion }, hash, accent }: PrintedQuote,
  acceptance: PrintedAcceptance,
  { t, dateTime }: Words,
) {
  const { name, at, purchaseOrder, signature } = acceptance
  const isDrawn = signature.length > 0
  const width = MEASURE - 2 * PAD
  const textWidth = isDrawn ? width - 190 : width
  const facts = [
    t('quote-pdf.accepted.by', { name, when: dateTime(at) }),
    t('quote-pdf.accepted.terms', { version: termsVersion }),
    ...(purchaseOrder ? [t('quote-pdf.accepted.purchase-order', { number: purchaseOrder })] : []),
  ].flatMap((text) => paper.wrap(text, BODY, textWidth))
  const mark = paper.wrap(`${t('quotes.accepted.hash')}: ${hash}`, { size: 7.5, colour: QUIET }, width)
  const heading = paper.line(t('quotes.accepted.title'), HEADING)
  const inside = leading(HEADING) + 4 + Math.max(heightOf(facts), isDrawn ? 50 : 0) + 8 + heightOf(mark)
  box(paper, inside + 2 * PAD, accent)
  const top = paper.y + PAD
  const x = SHEET.left + PAD
  paper.place('H2', [heading], top, { x })
  paper.place('P', facts, top + leading(HEADING) + 4, { x })
  if (isDrawn) {
    const scale = 170 / SIGNATURE_SHEET.width
    paper.figure(t('quote-pdf.accepted.signature', { name }), () => {
      paper.doc
        .save()
        .translate(SHEET.right - PAD - 170, top + 4)
        .scale(scale)
      paper.doc.path(signaturePath(signature)).lineWidth(5).lineCap('round').lineJoin('round').stroke(INK)
      paper.doc.restore()
    })
  }
  paper.place('P', mark, top + inside - heightOf(mark), { x })
  paper.y += inside + 2 * PAD
}

function setPlaceForYes(paper: Paper, { document, accent, link }: PrintedQuote, { t, date }: Words) {
  const width = MEASURE - 2 * PAD
  const until = document.validUntil ? date(document.validUntil) : ''
  const how = paper.wrap(t('quote-pdf.yes.how', { date: until }), BODY, width)
  const address = paper.wrap(link, { ...BODY, weight: 600, colour: accent }, width)
  const heading = paper.line(t('quote-pdf.yes.title'), HEADING)
  const inside = leading(HEADING) + 4 + heightOf(how) + heightOf(address) + 44
  box(paper, inside + 2 * PAD, EDGE)
  const x = SHEET.left + PAD
  let top = paper.y + PAD
  paper.place('H2', [heading], top, { x })
  top += leading(HEADING) + 4
  paper.place('P', how, top, { x })
  top += heightOf(how)
  paper.link(address, top, { x, width, url: link })
  top += heightOf(address) + 30
  const third = (width - 2 * 18) / 3
  const blanks = [t('quote-pdf.yes.name'), t('quote-pdf.yes.date'), t('quote-pdf.yes.signature')]
  blanks.forEach((label, index) => {
    const left = x + index * (third + 18)
    paper.decorate(() => paper.rule(top, { colour: QUIET, x: left, width: third }))
    paper.place('P', [paper.line(label, { size: 7.5, colour: QUIET })], top + 3, { x: left })
  })
  paper.y += inside + 2 * PAD
}

/** A tinted box with a coloured edge, whole on one sheet. */
function box(paper: Paper, height: number, edge: string) {
  paper.need(height)
  paper.decorate(() => {
    paper.doc.roundedRect(SHEET.left, paper.y, MEASURE, height, 6).fill(WASH)
    paper.doc.roundedRect(SHEET.left, paper.y, MEASURE, height, 6).lineWidth(0.8).stroke(edge)
  })
}
