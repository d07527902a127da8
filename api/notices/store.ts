import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { newReference } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import {
  type Audience,
  began,
  happenedWithin,
  isPublic,
  isShown,
  type Notice,
  noticesIn,
  type State,
  type Update,
  type UpdateState,
  writtenState,
} from './model.ts'

/** One written at the desk. `publishedAt` is 0 for a draft. */
export type DeskNotice = Notice & { status: State; revision: number; updatedAt: number }

export type Draft = Pick<Notice, 'kind' | 'title' | 'text' | 'article' | 'audience' | 'byMail' | 'startsAt' | 'endsAt'>

type Row = Omit<DeskNotice, 'title' | 'text' | 'audience' | 'byMail' | 'updates' | 'publishedAt'> & {
  id: number
  titleEn: string
  titleDa: string
  textEn: string
  textDa: string
  audience: Audience['to']
  products: string
  postcodes: string
  site: string | null
  byMail: number
  publishedAt: number | null
}

const COLUMNS = `n.id, n.reference, n.kind, n.status, n.revision, n.title_en as "titleEn", n.title_da as "titleDa", n.text_en as "textEn",
  n.text_da as "textDa", n.article, n.audience, n.products, n.postcodes, n.site, n.by_mail as "byMail", n.starts_at as "startsAt",
  n.ends_at as "endsAt", n.published_at as "publishedAt", n.ended_at as "endedAt", n.updated_at as "updatedAt"`

const AT_MOST = 200

/** SQL for what `isPublic` and `began` say in the model. */
const IS_PUBLIC = `n.status <> 'draft' and n.kind in ('incident', 'maintenance') and n.audience in ('all', 'region')`
const BEGAN = `case n.kind when 'maintenance' then coalesce(n.starts_at, n.published_at)
  else min(coalesce(n.starts_at, n.published_at), n.published_at) end`

/** All that is shown now, of the desk's and of content files, the newest first; whom each concerns is for the caller to ask. */
export async function shownNotices(services: Services): Promise<Notice[]> {
  const now = services.clock.now()
  const rows = await services.db.all<Row>(
    `select ${COLUMNS} from notices n where n.status = 'published' and coalesce(n.ends_at > :now, true)
     order by n.published_at desc, n.id desc limit ${AT_MOST}`,
    { now },
  )
  const written = noticesIn(services.content).filter((notice) => isShown(notice, now))
  return newestFirst([...(await fromRows(services, rows)), ...written])
}

/** What everybody may read of what happened between two moments, however long ago, or is planned: ended or not, the newest first. */
export async function publicNotices(services: Services, from: number, until: number): Promise<Notice[]> {
  const now = services.clock.now()
  const rows = await services.db.all<Row>(
    `select ${COLUMNS} from notices n where ${IS_PUBLIC} and ${BEGAN} < :until
       and coalesce(max(coalesce(n.ends_at, n.ended_at), coalesce(n.ended_at, n.ends_at)) > :from, true)
     order by n.published_at desc, n.id desc`,
    { from, until },
  )
  const written = noticesIn(services.content).filter((notice) => isPublic(notice) && notice.publishedAt <= now)
  return newestFirst([...(await fromRows(services, rows)), ...written].filter((notice) => happenedWithin(notice, from, until, now)))
}

/** When the first thing began that everybody may read. */
export async function firstPublic(services: Services): Promise<number | undefined> {
  const now = services.clock.now()
  const first = await services.db.get<{ at: number | null }>(`select min(${BEGAN}) as at from notices n where ${IS_PUBLIC}`)
  const written = noticesIn(services.content).filter((notice) => isPublic(notice) && notice.publishedAt <= now)
  const moments = [...(typeof first?.at === 'number' ? [first.at] : []), ...written.map(began)]
  return moments.length ? Math.min(...moments) : undefined
}

function newestFirst<T extends Notice>(notices: T[]): T[] {
  return notices.sort((a, b) => b.publishedAt - a.publishedAt || a.reference.localeCompare(b.reference))
}

/** SQL for what `stateNow` says in the model. */
const STATE = `case when n.status = 'published' and n.ends_at <= :now then 'ended' else n.status end`

/** Those of the desk, or of them those in one state; what changed last first. */
export async function deskNotices(services: Services, state?: State): Promise<DeskNotice[]> {
  const rows = await services.db.all<Row>(
    `select ${COLUMNS} from notices n where :state is null or ${STATE} = :state order by n.updated_at desc, n.id desc limit ${AT_MOST}`,
    { state: state ?? null, now: services.clock.now() },
  )
  return fromRows(services, rows)
}

/** Those of content files, which only their file changes; with a state, only those in it. The newest first. */
export function writtenNotices({ content, clock }: Services, state?: State) {
  const now = clock.now()
  return newestFirst(noticesIn(content))
    .map((notice) => ({ ...notice, state: writtenState(notice, now) }))
    .filter((notice) => !state || notice.state === state)
}

export async function deskNotice(services: Services, reference: string): Promise<DeskNotice> {
  const notice = await noticeByReference(services, reference)
  if (!notice) throw new Problem('not-found')
  return notice
}

async function noticeByReference(services: Services, reference: string): Promise<DeskNotice | undefined> {
  const rows = await services.db.all<Row>(`select ${COLUMNS} from notices n where n.reference = :reference`, { reference })
  return (await fromRows(services, rows))[0]
}

/** Any that was ever published, of the desk or of a content file, as its mails need it. */
export async function findNotice(services: Services, reference: string): Promise<Notice | undefined> {
  const written = noticesIn(services.content).find((notice) => notice.reference === reference)
  return written ?? (await noticeByReference(services, reference))
}

export async function draftNotice({ db, clock }: Services, draft: Draft, by: User): Promise<string> {
  const at = clock.now()
  const reference = newReference('N')
  await db.batch([
    {
      sql: `insert into notices (reference, kind, status, title_en, title_da, text_en, text_da, article, audience, products, postcodes, site,
              by_mail, starts_at, ends_at, created_by, created_at, updated_at)
            values (:reference, :kind, 'draft', :titleEn, :titleDa, :textEn, :textDa, :article, :audience, :products, :postcodes, :site,
              :byMail, :startsAt, :endsAt, :by, :at, :at)`,
      args: { ...columnsOf(draft), reference, by: by.id, at },
    },
    eventIfChanged('notice.drafted', { subject: reference, actor: `user:${by.id}`, at }),
  ])
  return reference
}

/** Changes a draft as a whole; of what is published, only its words. Somebody else's change meanwhile is not written over. */
export async function changeNotice({ db, clock }: Services, notice: DeskNotice, revision: number, draft: Draft, by: User) {
  const at = clock.now()
  if (notice.status === 'published') mustBeComplete(draft)
  const [changed] = await db.batch([
    {
      sql: `update notices set title_en = :titleEn, title_da = :titleDa, text_en = :textEn, text_da = :textDa, article = :article,
              ends_at = :endsAt, revision = revision + 1, updated_at = :at
              ${notice.status === 'draft' ? ', kind = :kind, audience = :audience, products = :products, postcodes = :postcodes, site = :site, by_mail = :byMail, starts_at = :startsAt' : ''}
            where reference = :reference and revision = :revision and status = :status and status <> 'ended'`,
      args: { ...columnsOf(draft), reference: notice.reference, revision, status: notice.status, at },
    },
    eventIfChanged('notice.changed', { subject: notice.reference, actor: `user:${by.id}`, at }),
  ])
  if (changed?.changes !== 1) throw new Problem('edited-meanwhile')
}

/** Lets customers see it, and has it mailed if it says so: once, of the revision that staff has looked at. */
export async function publishNotice({ db, clock }: Services, notice: DeskNotice, revision: number, by: User) {
  mustBeComplete(notice)
  const at = clock.now()
  const [published] = await db.batch([
    {
      sql: `update notices set status = 'published', published_at = :at, revision = revision + 1, updated_at = :at
            where reference = :reference and revision = :revision and status = 'draft'`,
      args: { reference: notice.reference, revision, at },
    },
    eventIfChanged('notice.published', {
      subject: notice.reference,
      actor: `user:${by.id}`,
      at,
      data: { kind: notice.kind, byMail: notice.byMail },
    }),
  ])
  if (published?.changes !== 1) throw new Problem('edited-meanwhile')
}

export async function endNotice({ db, clock }: Services, { reference }: DeskNotice, by: User) {
  const at = clock.now()
  const [ended] = await db.batch([
    {
      sql: `update notices set status = 'ended', ended_at = :at, revision = revision + 1, updated_at = :at
            where reference = :reference and status = 'published'`,
      args: { reference, at },
    },
    eventIfChanged('notice.ended', { subject: reference, actor: `user:${by.id}`, at }),
  ])
  if (ended?.changes !== 1) throw new Problem('edited-meanwhile')
}

/** Says how it goes; with `solved` it ends. */
export async function updateNotice({ db, clock }: Services, { reference }: DeskNotice, { state, text }: Omit<Update, 'at'>, by: User) {
  const at = clock.now()
  const isOver = state === 'solved'
  const [written] = await db.batch([
    {
      sql: `insert into notice_updates (notice_id, state, text_en, text_da, at)
            select id, :state, :en, :da, :at from notices where reference = :reference and status = 'published'`,
      args: { reference, state, en: text.en, da: text.da, at },
    },
    eventIfChanged('notice.updated', { subject: reference, actor: `user:${by.id}`, at, data: { state, at } }),
    {
      sql: `update notices set updated_at = :at, revision = revision + 1 ${isOver ? `, status = 'ended', ended_at = :at` : ''}
            where reference = :reference and status = 'published'`,
      args: { reference, at },
    },
  ])
  if (written?.changes !== 1) throw new Problem('edited-meanwhile')
}

export async function discardDraft({ db, clock }: Services, { reference }: DeskNotice, by: User) {
  const [discarded] = await db.batch([
    { sql: `delete from notices where reference = :reference and status = 'draft'`, args: { reference } },
    eventIfChanged('notice.discarded', { subject: reference, actor: `user:${by.id}`, at: clock.now() }),
  ])
  if (discarded?.changes !== 1) throw new Problem('edited-meanwhile')
}

/** Has the notices of content files told by mail that say so and whose first day has come: each once. The clock's part. */
export async function announceWritten(services: Services): Promise<void> {
  const { db, clock, content } = services
  const at = clock.now()
  for (const { reference, kind } of noticesIn(content).filter((notice) => notice.byMail && isShown(notice, at)))
    await db.batch([
      { sql: 'insert into announced_notices (slug, at) values (:reference, :at) on conflict do nothing', args: { reference, at } },
      eventIfChanged('notice.published', { subject: reference, actor: 'clock', at, data: { kind, byMail: true } }),
    ])
}

/** Both languages are owed, and somebody whom it concerns. */
function mustBeComplete({ title, text, audience }: Pick<Draft, 'title' | 'text' | 'audience'>) {
  const missing = Object.entries({ 'title.en': title.en, 'title.da': title.da, 'text.en': text.en, 'text.da': text.da }).filter(
    ([, words]) => !words,
  )
  if (missing.length)
    throw new Problem('invalid-input', { errors: Object.fromEntries(missing.map(([field]) => [field, { reason: 'required' }])) })
  if (audience.to === 'owners' && !audience.products.length) throw invalid('products', 'required')
  if (audience.to === 'region' && !audience.postcodes.length) throw invalid('postcodes', 'required')
}

function columnsOf({ kind, title, text, article, audience, byMail, startsAt, endsAt }: Draft) {
  return {
    ...{ kind, article, startsAt, endsAt, titleEn: title.en, titleDa: title.da, textEn: text.en, textDa: text.da },
    audience: audience.to,
    products: JSON.stringify(audience.to === 'owners' ? audience.products : []),
    postcodes: JSON.stringify(audience.to === 'region' ? audience.postcodes : []),
    site: audience.to === 'site' ? audience.site : null,
    byMail: byMail ? 1 : 0,
  }
}

async function fromRows({ db }: Services, rows: Row[]): Promise<DeskNotice[]> {
  if (!rows.length) return []
  const updates = await db.all<{ noticeId: number; state: UpdateState; en: string; da: string; at: number }>(
    `select notice_id as "noticeId", state, text_en as en, text_da as da, at from notice_updates
     where notice_id in (select value from json_each(:ids)) order by at desc, id desc`,
    { ids: JSON.stringify(rows.map(({ id }) => id)) },
  )
  return rows.map(({ id, titleEn, titleDa, textEn, textDa, audience, products, postcodes, site, byMail, publishedAt, ...row }) => ({
    ...row,
    title: { en: titleEn, da: titleDa },
    text: { en: textEn, da: textDa },
    audience: audienceFrom({ audience, products, postcodes, site }),
    byMail: byMail === 1,
    publishedAt: publishedAt ?? 0,
    updates: updates.filter(({ noticeId }) => noticeId === id).map(({ state, en, da, at }) => ({ state, text: { en, da }, at })),
  }))
}

function audienceFrom({ audience, products, postcodes, site }: Pick<Row, 'audience' | 'products' | 'postcodes' | 'site'>): Audience {
  // Written by columnsOf.
  if (audience === 'owners') return { to: audience, products: JSON.parse(products) as string[] }
  if (audience === 'region') return { to: audience, postcodes: JSON.parse(postcodes) as string[] }
  return audience === 'site' ? { to: audience, site: site ?? '' } : { to: 'all' }
}
