import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { freePort } from './ports.ts'

export type Received = {
  messageId: string
  from: string
  to: string[]
  subject: string
  text: string
  html: string
  headers: Map<string, string>
  /** Where an answer goes. */
  replyTo: string
}

/** A real SMTP server on a port of its own that keeps what it is given; it can be stopped and started again. `onMail` gets each as it came. */
export async function startSmtp({ onMail }: { onMail?: (raw: string, to: string[]) => void } = {}) {
  const port = await freePort()
  const received: Received[] = []
  let refusals = 0
  let server: SMTPServer

  const start = () =>
    new Promise<void>((ready) => {
      server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        logger: false,
        onData: async (stream, session, done) => {
          const chunks: Buffer[] = []
          for await (const chunk of stream) chunks.push(chunk as Buffer) // an SMTP stream gives nothing else
          if (refusals > 0) {
            refusals--
            return done(new Error('451 try again later'))
          }
          const raw = Buffer.concat(chunks)
          const mail = await PostalMime.parse(raw)
          onMail?.(
            raw.toString('latin1'),
            session.envelope.rcptTo.map(({ address }) => address),
          )
          received.push({
            messageId: mail.messageId ?? '',
            from: mail.from?.address ?? '',
            to: session.envelope.rcptTo.map(({ address }) => address),
            subject: mail.subject ?? '',
            text: mail.text ?? '',
            html: mail.html ?? '',
            replyTo: mail.replyTo?.[0]?.address ?? '',
            headers: new Map(mail.headers.map(({ key, value }) => [key, value])),
          })
          done()
        },
      })
      server.listen(port, '127.0.0.1', () => ready())
    })

  await start()
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    /** Says "later" to the next mails. */
    refuse: (times: number) => {
      refusals = times
    },
    start,
    stop: () => new Promise<void>((stopped) => server.close(() => stopped())),
  }
}
