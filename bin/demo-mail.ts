import { receiveMail } from '../api/mail/incoming.ts'
import type { Services } from '../api/services.ts'

const LETTERS = [
  {
    from: 'Mette Holm <mette.holm@kystbo.example>',
    subject: 'Kan pumpen stå under carporten?',
    type: 'text/plain',
    body: 'Hej\r\n\r\nVi bygger carport i foråret. Kan udedelen blive stående under den, eller skal den flyttes?\r\n\r\nVenlig hilsen\r\nMette Holm',
  },
  {
    from: 'Ordersky <no-reply@ordersky.example>',
    subject: 'Confirm your address',
    type: 'text/html',
    body: '<h1>Welcome to Ordersky</h1><p>Somebody signed up with this address. Your code is <b>483 201</b>.</p><p><a href="https://ordersky.example/">Confirm</a></p><img src="https://ordersky.example/seen.gif" alt="">',
  },
  {
    from: 'Lars Bech <lars.bech@nordbyg.example>',
    subject: 'Automatisk svar: Svar på din sag',
    type: 'text/plain',
    headers: 'Auto-Submitted: auto-replied\r\n',
    body: 'Jeg er på ferie til og med den 30.',
  },
]

/** Some mails for `/desk/mail`: a new case, one that waits for staff, and one that nothing needs to be done about. */
export async function takeInMails(services: Services) {
  for (const [n, { from, subject, type, headers = '', body }] of LETTERS.entries()) {
    const raw = Buffer.from(
      `From: ${from}\r\nTo: help@fjeldvarme.example\r\nSubject: ${subject}\r\nMessage-ID: <${n}@demo.example>\r\n${headers}MIME-Version: 1.0\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${body}\r\n`,
    )
    await receiveMail(services, { raw, size: raw.length, isWhole: true, source: 'webhook' })
  }
}
