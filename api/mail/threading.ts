import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { replyAddress, threadId } from './address.ts'
import { lastMailsIn } from './store.ts'

export type Threading = { replyTo?: string; inReplyTo: string; references: string[] }

/**
 * What keeps a recipient's mails about one ticket together in their mail program, and brings their answer back into it. All refer to one
 * id that no mail has: programs thread by it all the same (RFC 5322, 3.6.4), whichever of the mails came first.
 */
export async function threadingOf(services: Services, reference: string, recipient: string): Promise<Threading> {
  const { config, secret } = services
  const thread = threadId({ reference, recipient }, secret, config.publicUrl)
  const theirs = await lastMailsIn(services, reference, recipient)
  return {
    inReplyTo: theirs[0] ?? thread,
    references: [thread, ...theirs.toReversed()],
    ...(config.mailReplyTo && { replyTo: replyAddress(secret, config.mailReplyTo, { reference, recipient }) }),
  }
}

/** The line above which an answer is written, as a mail in that language has it; undefined when answers by mail lead nowhere. */
export function answerMarker({ config, t }: Pick<Services, 'config' | 't'>, locale: Locale): string | undefined {
  return config.mailReplyTo && `— ${t[locale]('mail.answer-above')} —`
}
