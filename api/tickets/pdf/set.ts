import { TAGS } from '../../../content/money.ts'
import { type Translate, translator } from '../../../content/phrases.ts'
import { drawLogo, readLogo } from '../../paper/logo.ts'
import { collect, MEASURE, Paper, QUIET, SHEET } from '../../paper/paper.ts'
import { heightOf, leading } from '../../paper/wrap.ts'
import type { PrintedMessage, PrintedThread } from './printed.ts'

type Words = { t: Translate; dateTime: (at: number) => string }

const TITLE = { size: 19, weight: 700 as const }
const BODY = { size: 9.5 }
const NAME = { size: 9.5, weight: 600 as const }
const SMALL = { size: 8, colour: QUIET }
const INDENT = 14

/** Sets a case on sheets of A4: what it is about, and everything that was said, in order. The same case always gives the same bytes. */
export function setThread(printed: PrintedThread): Promise<Uint8Array> {
  const { reference, locale, phrases, timeZone, changedAt } = printed
  const moment = new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeStyle: 'short', timeZone })
  const words = { t: translator({ strings: { en: {}, da: {}, [locale]: phrases } }, locale), dateTime: (at: number) => moment.format(at) }
  const title = words.t('ticket-pdf.title', { reference })
  const paper = new Paper({ title: `${title}: ${printed.subject}`, lang: locale, at: new Date(changedAt) })
  const bytes = collect(paper)

  paper.onTurn = () => setRunningHead(paper, printed, title)
  setLetterhead(paper, printed)
  setHead(paper, printed, title, words)
  for (const message of printed.messages) setMessage(paper, message, printed.accent, words)
  setFeet(paper, printed, words)
  paper.end()
  return bytes
}

function setLetterhead(paper: Paper, { company, logo, accent }: PrintedThread) {
  const drawing = readLogo(logo)
  if (drawing) paper.figure(company.name, () => drawLogo(paper, drawing, { x: SHEET.left, y: SHEET.top, height: 22, maxWidth: 180 }))
  else paper.place('P', [paper.line(company.name, { size: 16, weight: 700, colour: accent })], SHEET.top)
  paper.y = SHEET.top + 46
}

function setHead(
  paper: Paper,
  { subject, kind, status, product, openedAt, changedAt, link, accent }: PrintedThread,
  title: string,
  words: Words,
) {
  const { t, dateTime } = words
  paper.flow('P', [paper.line(title, SMALL)])
  paper.flow('H1', paper.wrap(subject, TITLE))
  paper.y += 8
  const facts = [
    [t('ticket-pdf.kind'), kind],
    [t('ticket-pdf.status'), status],
    ...(product ? [[t('ticket-pdf.product'), product]] : []),
    [t('ticket-pdf.opened'), dateTime(openedAt)],
    [t('ticket-pdf.changed'), dateTime(changedAt)],
  ]
  paper.group('Table', () => {
    for (const [label = '', value = ''] of facts) {
      const lines = paper.wrap(value, BODY, MEASURE - 110)
      paper.group('TR', () => {
        paper.place('TH', [paper.line(label, { ...BODY, colour: QUIET })], paper.y, { width: 100 })
        paper.place('TD', lines, paper.y, { x: SHEET.left + 110 })
      })
      paper.y += heightOf(lines)
    }
  })
  paper.y += 6
  const address = paper.wrap(link, { ...SMALL, colour: accent })
  paper.link(address, paper.y, { x: SHEET.left, width: MEASURE, url: link })
  paper.y += heightOf(address) + 14
}

/** Who, when, the words, and what came with them; a note of staff stands apart by a bar and its name. */
function setMessage(paper: Paper, { name, at, text, isNote, files }: PrintedMessage, accent: string, { t, dateTime }: Words) {
  const indent = isNote ? INDENT : 0
  const place = { x: SHEET.left + indent, width: MEASURE - indent }
  const head = paper.wrap(isNote ? `${t('ticket-pdf.note')}: ${name}` : name, { ...NAME, ...(isNote && { colour: accent }) }, place.width)
  paper.group('Sect', () => {
    paper.need(heightOf(head) + leading(SMALL) + 2 * leading(BODY))
    paper.decorate(() => paper.rule(paper.y))
    paper.y += 10
    paper.flow('H2', head, place)
    paper.flow('P', [paper.line(dateTime(at), SMALL)], place)
    paper.y += 3
    paper.flow('P', paper.wrap(text, BODY, place.width), place)
    if (files.length) {
      paper.y += 4
      paper.flow('P', paper.wrap(t('ticket-pdf.files', { names: files.join(', ') }), SMALL, place.width), place)
    }
    paper.y += 12
  })
}

/** On every further sheet, so that a loose one finds its way back. */
function setRunningHead(paper: Paper, { company }: PrintedThread, title: string) {
  paper.decorate(() => {
    paper.draw(paper.line(company.name, { ...SMALL, weight: 600 }), 34)
    paper.draw(paper.line(title, SMALL), 34, { align: 'right' })
    paper.rule(48)
  })
  paper.y = SHEET.top + 8
}

function setFeet(paper: Paper, { company, hasNotes }: PrintedThread, { t }: Words) {
  const { count } = paper.doc.bufferedPageRange()
  const style = { size: 7, colour: QUIET }
  for (let n = 0; n < count; n++) {
    paper.doc.switchToPage(n)
    paper.decorate(() => {
      paper.rule(786)
      paper.draw(paper.line(`${company.legalName} · ${company.contact}`, style), 791)
      paper.draw(paper.line(t('ticket-pdf.page', { n: n + 1, count }), style), 791, { align: 'right' })
      if (hasNotes) paper.draw(paper.line(t('ticket-pdf.for-staff'), { ...style, weight: 600 }), 801)
    })
  }
}
