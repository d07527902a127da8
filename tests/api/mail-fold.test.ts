import { describe, expect, test } from 'vitest'
import { fold } from '../../api/mail/fold.ts'

const MARKERS = ['Write your answer above this line', 'Skriv dit svar over denne linje']

/** How mail programs put the mail before below an answer. Each answer is "Det hjalp.\nTak!". */
const PROGRAMS: Record<string, string> = {
  'our own line': '— Skriv dit svar over denne linje —\n\nSam skriver:\n\nStram skruerne.',
  'our line, quoted': '> — Write your answer above this line —\n>\n> Tighten the screws.',
  'Gmail in Danish': 'Den tors. 5. nov. 2026 kl. 10.12 skrev Testværk <\nreply+t-abc234.0a@in.testvaerk.example>:\n\n> Stram skruerne.\n>',
  'Gmail in English': 'On Thu, 5 Nov 2026 at 10:12, Testværk <reply@in.testvaerk.example> wrote:\n\n> Tighten the screws.',
  'Apple Mail in Danish': '> Den 5. nov. 2026 kl. 10.12 skrev Testværk <reply@in.testvaerk.example>:\n> \n> Stram skruerne.',
  'Apple Mail in English': '> On 5 Nov 2026, at 10.12, Testværk <reply@in.testvaerk.example> wrote:\n> \n> Tighten the screws.',
  'Thunderbird in Danish': 'Den 05.11.2026 kl. 10.12 skrev Testværk:\n> Stram skruerne.',
  'Outlook in Danish':
    'Fra: Testværk <reply@in.testvaerk.example>\nSendt: 5. november 2026 10:12\nTil: Ada Lund <ada@acme.example>\nEmne: Svar\n\nStram skruerne.',
  'Outlook in English':
    '________________________________\nFrom: Testværk <reply@in.testvaerk.example>\nSent: Thursday, November 5, 2026 10:12 AM\nTo: Ada\nSubject: Answer\n\nTighten.',
  'old Outlook in Danish': '-----Oprindelig meddelelse-----\nFra: Testværk\nSendt: 5. november 2026\nTil: Ada\nEmne: Svar\n\nStram.',
  'a telephone': 'Sendt fra min iPhone\n\nDen 5. nov. 2026 kl. 10.12 skrev Testværk <reply@in.testvaerk.example>:\n\nStram skruerne.',
}

describe('what a mail repeats is folded away', () => {
  test.each(Object.entries(PROGRAMS))('as %s repeats it', (_program, below) => {
    const answer = 'Det hjalp.\nTak!'

    const { text, quoted } = fold(`${answer}\n\n${below}\n`, MARKERS)

    expect(text).toBe(answer)
    const words = (whole: string) => whole.match(/[\p{L}\d]+/gu)
    expect(words(quoted)).toEqual(words(below)) // kept, to be unfolded
  })

  test('and nothing else is: not a sentence that looks alike, nor answers between quoted lines', () => {
    const sentence = 'Den 5. november skrev min nabo:\nDen pumpe larmer.'
    const between = 'On Thu, 5 Nov 2026 at 10:12, Torv <a@b.example> wrote:\n> Is it loud?\nYes, it is.\n> Since when?\nSince Monday.'
    expect(fold('From: what I see, it is broken.\nPlease help.', MARKERS).text).toBe('From: what I see, it is broken.\nPlease help.')
    expect(fold(between, MARKERS).text).toContain('Since Monday.')
    expect(fold(between, MARKERS).text).toContain('Yes, it is.')
    expect(fold(`Hej\n\n${sentence}`, MARKERS)).toMatchObject({ text: expect.stringContaining('Hej') })
  })

  test('and who writes below all of it has still said something', () => {
    const whole = '— Write your answer above this line —\n\nTighten the screws.\n\nIt helped.'

    expect(fold(whole, MARKERS)).toEqual({ text: whole, quoted: '' })
  })
})
