import { parentPort } from 'node:worker_threads'
import { viewMail } from './mail-view.ts'
import { parseMail } from './parse.ts'
import type { Job, Outcome } from './parser.ts'

// The other side of parser.ts, which ends this thread when a mail takes too long or too much memory.
parentPort?.on('message', async (job: Job) => {
  const outcome = await outcomeOf(job)
  parentPort?.postMessage(outcome, 'mail' in outcome ? outcome.mail.files.map(({ bytes }) => bytes.buffer as ArrayBuffer) : []) // never shared
})
parentPort?.postMessage('ready')

async function outcomeOf(job: Job): Promise<Outcome> {
  try {
    if (job.kind === 'view') return { view: await viewMail(job.raw, { remote: job.remote }) }
    return { mail: await parseMail(job.raw, job.markers) }
  } catch (error) {
    return { error: String(error instanceof Error ? error.message : error) }
  }
}
