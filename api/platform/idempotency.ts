import type { Context, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { aroundNextBatch } from './around.ts'
import { sha256 } from './canonical-json.ts'
import type { Db } from './db.ts'
import { actorName, type Env } from './http.ts'
import { Problem } from './problems.ts'

const KEPT_MS = 24 * 60 * 60 * 1000
/** A request that has not finished by now belongs to a process that died. */
const ABANDONED_MS = 60_000

type Record = { request_hash: string; state: 'running' | 'done' | 'answered'; answer: string | null }
type Answer = { status: ContentfulStatusCode; body: string; type: string }
type Options = {
  /** Given the first answer once more: cookies are not kept, so a browser that lost the answer has lost them. */
  again?: (c: Context<Env>, answer: unknown) => Promise<void>
}

/**
 * Lets a client repeat a write under one `Idempotency-Key`: the second time gives the first answer, for 24 hours. The key is
 * marked in the same batch as the effect, so a crash between effect and answer does not let the effect happen twice.
 * Refused answers are not kept: the same form may be sent again, corrected.
 */
export function once({ again }: Options = {}): MiddlewareHandler<Env> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (!key) return next()
    if (!/^[\x21-\x7e]{8,100}$/.test(key)) throw new Problem('invalid-input')

    const { services } = c.var
    const { db, clock } = services
    // A guest's first answer may bring a link, and so another name: guests are told apart by the widget's token, if they have one, and by their keys.
    const who = c.var.actor.user ? actorName(c.var.actor) : `guest ${sha256(c.req.header('authorization') ?? '')}`
    const scope = `${who} ${c.req.method} ${c.req.path}`
    const requestHash = sha256(await c.req.text())
    const taken = await takeKey(db, { scope, key, requestHash, at: clock.now() })
    if (taken) return answerAgain(c, taken, requestHash, again)

    const mark = {
      sql: `update idempotency set state = 'done' where scope = :scope and key = :key and state = 'running'`,
      args: { scope, key },
    }
    // The first write of the request also marks the key.
    c.set('services', { ...services, db: aroundNextBatch(db, [], [mark]) })
    await next()

    if (c.res.ok) await keepAnswer(db, scope, key, await answerOf(c.res.clone()))
    else await db.batch([{ sql: 'delete from idempotency where scope = :scope and key = :key', args: { scope, key } }])
  }
}

/** Undefined when the key is now ours; otherwise what stands under it. */
async function takeKey(db: Db, { scope, key, requestHash, at }: { scope: string; key: string; requestHash: string; at: number }) {
  const results = await db.batch([
    {
      sql: `delete from idempotency
            where at < :expired or (scope = :scope and key = :key and state = 'running' and at < :abandoned)`,
      args: { scope, key, expired: at - KEPT_MS, abandoned: at - ABANDONED_MS },
    },
    {
      sql: `insert into idempotency (scope, key, request_hash, state, at) values (:scope, :key, :requestHash, 'running', :at)
            on conflict do nothing`,
      args: { scope, key, requestHash, at },
    },
  ])
  if (results[1]?.changes) return undefined
  return db.get<Record>('select request_hash, state, answer from idempotency where scope = :scope and key = :key', { scope, key })
}

async function answerAgain(c: Context<Env>, { request_hash, state, answer }: Record, requestHash: string, again: Options['again']) {
  if (request_hash !== requestHash) throw new Problem('key-of-another')
  if (state === 'running') throw new Problem('key-in-use', { retryAfter: 1 })
  if (!answer) throw new Problem('already-done')
  const { status, body, type } = JSON.parse(answer) as Answer // written by keepAnswer
  if (body) await again?.(c, JSON.parse(body))
  c.header('idempotency-replayed', 'true')
  return body ? c.body(body, status, { 'content-type': type }) : c.body(null, status)
}

async function answerOf(response: Response): Promise<Answer> {
  const status = response.status as ContentfulStatusCode // a successful one, with or without a body
  return { status, body: await response.text(), type: response.headers.get('content-type') ?? '' }
}

async function keepAnswer(db: Db, scope: string, key: string, answer: Answer) {
  await db.batch([
    {
      sql: `update idempotency set state = 'answered', answer = :answer where scope = :scope and key = :key`,
      args: { scope, key, answer: JSON.stringify(answer) },
    },
  ])
}
