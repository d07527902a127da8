import EmailReplyParser from 'email-reply-parser'

/** What was written, and what the mail program put below it: earlier mails, a signature. Together they are the whole mail. */
export type Folded = { text: string; quoted: string }

const SEPARATOR =
  /^[-_ ]{2,}\s*(original message|oprindelig (meddelelse|besked)|forwarded message|videresendt (meddelelse|besked))\s*[-_ ]{2,}$/i
const RULE = /^_{10,}$/
const FROM = /^\*?(from|fra)\s?:\*?\s*\S/i
const SENT = /^\*?(sent|date|sendt|dato)\s?:\*?\s*\S/i
const ABOUT = /^\*?(to|subject|til|emne)\s?:\*?\s*\S/i
/** "On Thu, 5 Nov 2026 at 10:12, Torv <a@b.c> wrote:", "Den tors. 5. nov. 2026 kl. 10.12 skrev Torv <a@b.c>:", on up to three lines. */
const ATTRIBUTION = /^(on|den|d\.)\s.{0,300}?\d.{0,300}?(\bwrote|\bskrev\b.{0,300})\s?:$/i
const FIRST_WORD = /^(on|den|d\.)\s/i
const HEADER_LINES = 6
const QUOTE = /^\s*>/

/** Folds away what a mail repeats. `markers` are the lines above which we have asked for the answer. Answers between quoted lines stay. */
export function fold(whole: string, markers: string[]): Folded {
  const lines = whole.replace(/\r\n?/g, '\n').split('\n')
  const cut = lines.findIndex((_, at) => beginsQuote(lines, at, markers))
  const [above, below] = cut < 0 ? [lines, []] : [lines.slice(0, cut), lines.slice(cut)]
  const { visible, hidden } = trailing(above.join('\n'))
  const text = visible.trim()
  // Somebody who writes below everything, or nothing at all, is not made to have said nothing.
  if (!text) return { text: whole.trim(), quoted: '' }
  return {
    text,
    quoted: [hidden, below.join('\n')]
      .map((part) => part.trim())
      .filter(Boolean)
      .join('\n\n'),
  }
}

function beginsQuote(lines: string[], at: number, markers: string[]): boolean {
  const line = plain(lines[at])
  if (!line) return false
  if (markers.some((marker) => line.includes(marker))) return true
  if (SEPARATOR.test(line)) return true
  if (RULE.test(line)) return beginsHeaders(lines, nextWritten(lines, at + 1))
  if (FROM.test(line)) return beginsHeaders(lines, at)
  return isAttribution(lines, at) && isQuotedToTheEnd(lines, at)
}

/** Outlook's way: the headers of the mail before, in words. */
function beginsHeaders(lines: string[], at: number): boolean {
  if (!FROM.test(plain(lines[at]))) return false
  const headers = lines.slice(at + 1, at + 1 + HEADER_LINES).map(plain)
  return headers.some((line) => SENT.test(line)) && headers.some((line) => ABOUT.test(line))
}

function isAttribution(lines: string[], at: number): boolean {
  return attributionLines(lines, at) > 0
}

/** How many lines it takes; 0 when there is none here. */
function attributionLines(lines: string[], at: number): number {
  if (!FIRST_WORD.test(plain(lines[at]))) return 0
  const counts = [1, 2, 3]
  return (
    counts.find((count) =>
      ATTRIBUTION.test(
        lines
          .slice(at, at + count)
          .map(plain)
          .join(' '),
      ),
    ) ?? 0
  )
}

/** An answer between quoted lines is an answer: then nothing is cut there. Programs that mark no lines have the answer above. */
function isQuotedToTheEnd(lines: string[], at: number): boolean {
  const rest = lines.slice(at + attributionLines(lines, at)).filter((line) => line.trim())
  if (!QUOTE.test(rest[0] ?? '') || QUOTE.test(lines[at] ?? '')) return true
  const written = rest.filter((line) => !QUOTE.test(line))
  return written.length === 0 || isSignature(written)
}

function isSignature([first = '']: string[]): boolean {
  return /^(-- ?|sent from|sendt fra|get outlook|hent outlook)/i.test(first.trim())
}

function trailing(text: string): { visible: string; hidden: string } {
  const fragments = new EmailReplyParser().read(text).getFragments()
  const part = (isHidden: boolean) =>
    fragments
      .filter((fragment) => fragment.isHidden() === isHidden)
      .map((fragment) => fragment.getContent())
      .join('\n')
  return { visible: part(false), hidden: part(true) }
}

function nextWritten(lines: string[], from: number): number {
  return lines.findIndex((line, at) => at >= from && line.trim() !== '')
}

/** Without the signs that mark quoted lines, and without what cannot be seen. */
function plain(line = ''): string {
  return line
    .replace(/^[\s>]+/, '')
    .replace(/[\u200b-\u200f\u202a-\u202e\ufeff]/g, '')
    .replace(/\u00a0/g, ' ')
    .trim()
}
