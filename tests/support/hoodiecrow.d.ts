// The package brings no types; this is what the tests use of it.
declare module 'hoodiecrow-imap' {
  type Server = {
    listen(port: number, host: string, ready: () => void): void
    server: import('node:net').Server
    appendMessage(path: string, flags: string[], internalDate: string | false, raw: string): void
    getMailbox(path: string): { messages: { flags: string[] }[] }
  }
  export default function hoodiecrow(options: object): Server
}
