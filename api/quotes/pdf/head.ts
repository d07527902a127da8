import { drawLogo, readLogo } from '../../paper/logo.ts'
import { MEASURE, type Paper, QUIET, SHEET } from '../../paper/paper.ts'
import { heightOf, leading } from '../../paper/wrap.ts'
import type { QuoteDocument } from '../document.ts'
import type { PrintedQuote } from './printed.ts'
import type { Words } from './words.ts'

const BODY = { size: 9.5 }
const LABEL = { size: 8, colour: QUIET }
const STRONG = { size: 9.5, weight: 600 as const }
const TITLE = { size: 25, weight: 700 as const }
const GUTTER = 24

/** Who writes, to whom, and about what: the upper third of the first sheet. */
export function setHead(paper: Paper, printed: PrintedQuote, words: Words) {
  const { document } = printed
  setLetterhead(paper, printed)
  paper.y = SHEET.top + 66
  setTitle(paper, printed, words)
  paper.y += 18
  setParties(paper, printed, words)
  paper.y += 18
  if (document.note) {
    paper.flow('P', paper.wrap(document.note, BODY, Math.min(MEASURE, 420)))
    paper.y += 20
  }
}

/** On every further sheet, so that a loose one finds its way back. */
export function setRunningHead(paper: Paper, { document }: PrintedQuote, { t }: Words) {
  paper.decorate(() => {
    const [left, right] = [
      document.seller.name,
      `${t('quote-pdf.title', { reference: document.reference })} · ${t('quote-pdf.version', { n: document.revision })}`,
    ]
    paper.draw(paper.line(left, { ...LABEL, weight: 600 }), 34)
    paper.draw(paper.line(right, LABEL), 34, { align: 'right' })
    paper.rule(48)
  })
  paper.y = SHEET.top + 8
}

function setLetterhead(paper: Paper, { document: { seller }, logo, accent }: PrintedQuote) {
  const top = 46
  const width = 190
  const address = [...seller.address, seller.phone, seller.email].map((line) => paper.line(line, { size: 8, colour: QUIET }))
  const drawing = readLogo(logo)
  if (drawing) paper.figure(seller.name, () => drawLogo(paper, drawing, { x: SHEET.left, y: top, height: 26, maxWidth: 200 }))
  else paper.place('P', [paper.line(seller.name, { size: 18, weight: 700, colour: accent })], top)
  paper.place('P', [paper.line(seller.legalName, { size: 8, weight: 600 }), ...address], top - 2, {
    x: SHEET.right - width,
    width,
    align: 'right',
  })
}

function setTitle(paper: Paper, { document, standing, accent }: PrintedQuote, { t }: Words) {
  const title = paper.line(t('quote-pdf.title', { reference: document.reference }), TITLE)
  paper.flow('H1', [title])
  const mark = standing === 'draft' ? t('quote-pdf.draft') : standing === 'accepted' ? t('quotes.accepted.title') : ''
  if (!mark) return
  const label = paper.line(mark, { size: 10, weight: 700, colour: accent })
  const [x, y] = [SHEET.left + title.width + 14, paper.y - leading(TITLE) / 2 - 9]
  paper.decorate(() =>
    paper.doc
      .roundedRect(x, y, label.width + 18, 19, 9.5)
      .lineWidth(1.2)
      .stroke(accent),
  )
  paper.place('P', [label], y + 2.5, { x: x + 9 })
}

/** To whom, and the facts one looks for first, beside each other. */
function setParties(paper: Paper, { document, hash }: PrintedQuote, { t, date }: Words) {
  const half = (MEASURE - GUTTER) / 2
  const { name, company, email, phone } = document.buyer
  const to = [company || name, ...(company ? [name] : []), email, phone].filter(Boolean)
  const left = [paper.line(t('quotes.one.to'), LABEL), ...to.flatMap((line, index) => paper.wrap(line, index ? BODY : STRONG, half))]
  const facts = factsOf(document, hash, t, date)
  const top = paper.y
  paper.place('P', left, top)
  const x = SHEET.left + half + GUTTER
  paper.group('Table', () => {
    facts.forEach(([label, value], index) => {
      const y = top + leading(LABEL) + index * leading(BODY)
      paper.group('TR', () => {
        paper.place('TH', [paper.line(label, { ...BODY, colour: QUIET })], y, { x, width: half })
        paper.place('TD', [paper.line(value, { ...BODY, figures: true })], y, { x, width: half, align: 'right' })
      })
    })
  })
  paper.y = top + Math.max(heightOf(left), leading(LABEL) + facts.length * leading(BODY))
}

function factsOf(document: QuoteDocument, hash: string, t: Words['t'], date: Words['date']): [string, string][] {
  const { reference, revision, sentAt, validUntil, validDays } = document
  return [
    [t('quotes.sheet.reference'), reference],
    [t('quotes.sheet.version'), `${revision} · ${hash.slice(0, 8)}`],
    ...(sentAt ? [[t('quotes.sheet.sent'), date(sentAt)] as [string, string]] : []),
    [t('quotes.sheet.valid'), validUntil ? date(validUntil) : t('quote-pdf.valid-days', { n: validDays })],
  ]
}
