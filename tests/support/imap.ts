import type { Socket } from 'node:net'
import hoodiecrow from 'hoodiecrow-imap'
import { freePort } from './ports.ts'

/** A real IMAP server on a port of its own, with one mailbox that mails are put into. It can be stopped and started again. */
export async function startImap() {
  const port = await freePort()
  const sockets = new Set<Socket>()
  let server = open()
  const listen = () => {
    server.server.on('connection', (socket: Socket) => sockets.add(socket))
    return new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  }
  await listen()
  return {
    url: `imap://torv:letters@127.0.0.1:${port}/INBOX`,
    deliver: (raw: string) => server.appendMessage('INBOX', [], false, raw),
    unread: () => server.getMailbox('INBOX').messages.filter(({ flags }) => !flags.includes('\\Seen')).length,
    /** As if what had read them had died before it could say so. */
    forgetRead: () => {
      for (const message of server.getMailbox('INBOX').messages) message.flags = message.flags.filter((flag) => flag !== '\\Seen')
    },
    stop: () =>
      new Promise<void>((stopped) => {
        server.server.close(() => stopped())
        for (const socket of sockets) socket.destroy()
        sockets.clear()
      }),
    start: async () => {
      server = open()
      await listen()
    },
  }
}

function open() {
  return hoodiecrow({
    plugins: ['IDLE', 'UIDPLUS', 'LITERALPLUS', 'AUTH-PLAIN', 'SASL-IR'],
    users: { torv: { password: 'letters' } },
    storage: { INBOX: { messages: [] } },
  })
}
