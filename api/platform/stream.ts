import { openCursor, sealCursor } from './cursor.ts'
import type { Db } from './db.ts'
import { type Event, type EventRow, parseEvent } from './events.ts'
import type { Live } from './live.ts'
import { Problem } from './problems.ts'

const HEARTBEAT_MS = 4_000
const MAX_STREAMS = 12
const open = new Map<string, number>()

export type Frame = { event: string; data: unknown }

type StreamOptions = {
  db: Db
  live: Live
  secret: Buffer
  subject: string
  /** Who listens, for the limit on streams. */
  listener: string
  /** The last id the client has seen, as it came in `Last-Event-ID`. */
  lastEventId: string | undefined
  /** What this listener may know of an event; undefined for nothing. */
  frame: (event: Event) => Promise<Frame | undefined>
  /** Asked again before each event, and every few seconds: a right that ended ends the stream. */
  stillAllowed: () => Promise<boolean>
}

/**
 * Server-sent events of one subject (WHATWG HTML §9.2): first what was missed since `lastEventId`, then what happens, each once
 * and in order. Refuses with 429 when one listener holds too many streams.
 */
export function eventStream(options: StreamOptions): Response {
  const held = open.get(options.listener) ?? 0
  if (held >= MAX_STREAMS) throw new Problem('too-many', { retryAfter: 5 })
  open.set(options.listener, held + 1)

  let stop = () => {}
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      stop = run(options, controller)
    },
    cancel: () => stop(),
  })
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' },
  })
}

function run(options: StreamOptions, controller: ReadableStreamDefaultController<Uint8Array>): () => void {
  const { db, live, secret, subject, listener, lastEventId, frame, stillAllowed } = options
  const encoder = new TextEncoder()
  const send = (text: string) => controller.enqueue(encoder.encode(text))
  let sentUpTo = 0
  let ended = false
  // One chain keeps frames in order, although making one may have to read the database.
  let chain = Promise.resolve()

  const deliver = async (event: Event) => {
    if (ended || event.id <= sentUpTo) return
    const made = await frame(event)
    if (ended) return
    sentUpTo = event.id
    if (made) send(`id: ${sealCursor(secret, event.id, subject)}\nevent: ${made.event}\ndata: ${JSON.stringify(made.data)}\n\n`)
  }
  // Between two heartbeats as well, whoever lost the right hears nothing more.
  const hear = async (event: Event) => {
    if (await stillAllowed()) await deliver(event)
    else close()
  }
  const catchUp = async () => {
    const since = lastEventId === undefined ? undefined : openCursor(secret, lastEventId, subject)
    const newest = 'select max(id) as id from events where subject = :subject'
    sentUpTo = since ?? (await db.get<{ id: number | null }>(newest, { subject }))?.id ?? 0
    send(`retry: 1000\nid: ${sealCursor(secret, sentUpTo, subject)}\nevent: ready\ndata: {}\n\n`)
    const missed = 'select * from events where subject = :subject and id > :since order by id'
    for (const row of await db.all<EventRow>(missed, { subject, since: sentUpTo })) await deliver(parseEvent(row))
  }
  const end = () => {
    if (ended) return
    ended = true
    unwatch()
    clearInterval(heartbeat)
    open.set(listener, (open.get(listener) ?? 1) - 1)
    if (!open.get(listener)) open.delete(listener)
  }
  const close = () => {
    if (ended) return
    end()
    controller.close()
  }
  const queue = (work: () => Promise<void>) => {
    chain = chain.then(work).catch(close)
  }

  queue(catchUp)
  const unwatch = live.watch(subject, (event) => queue(() => hear(event)))
  const heartbeat = setInterval(async () => {
    if (!(await stillAllowed().catch(() => false))) return close()
    // A reader too slow for its stream is let go; it comes back with Last-Event-ID.
    if ((controller.desiredSize ?? 0) < -500) return close()
    if (!ended) send(': still here\n\n')
  }, HEARTBEAT_MS)
  heartbeat.unref()
  return end
}
