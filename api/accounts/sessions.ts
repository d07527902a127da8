import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia, TimeSpan } from 'lucia'
import type { Db } from '../platform/db.ts'
import type { User } from '../platform/http.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'

/** Without use for `idle`, or `absolute` after sign-in, whatever happens, a session ends. */
const LIMITS = {
  staff: { idle: new TimeSpan(12, 'h'), absolute: new TimeSpan(7, 'd') },
  customer: { idle: new TimeSpan(10, 'd'), absolute: new TimeSpan(90, 'd') },
}
type Kind = keyof typeof LIMITS

declare module 'lucia' {
  interface Register {
    Lucia: Lucia
    UserId: number
    DatabaseUserAttributes: User
    DatabaseSessionAttributes: { device: string; endsAt: number }
  }
}

/**
 * Sessions through Lucia, which keeps the idle limit; our adapter adds the absolute one and stores only the hash of the token.
 * Lucia's authors advise owning this code one day: everything that knows Lucia is in this file.
 */
export class Sessions {
  readonly #db: Db
  readonly #lucia: Record<Kind, Lucia>

  constructor(db: Db) {
    this.#db = db
    const adapter = adapterFor(db)
    const keep = (kind: Kind) => new Lucia(adapter, { sessionExpiresIn: LIMITS[kind].idle })
    this.#lucia = { staff: keep('staff'), customer: keep('customer') }
  }

  /** Returns the token for the cookie: the only time it is known. */
  async begin(user: Pick<User, 'id' | 'role'>, device: string): Promise<{ token: string; endsAt: number }> {
    const kind = kindOf(user.role)
    const token = newToken()
    const endsAt = Date.now() + LIMITS[kind].absolute.milliseconds()
    await this.#lucia[kind].createSession(user.id, { device: device.slice(0, 200), endsAt }, { sessionId: token })
    return { token, endsAt }
  }

  /** Who this token belongs to, if its session goes on and its user may still sign in. */
  async find(token: string | undefined): Promise<{ user: User; sessionId: string } | undefined> {
    if (!isToken(token)) return undefined
    const role = await this.#db.get<{ role: User['role'] }>(
      'select role from sessions join users on users.id = user_id where sessions.id = :id',
      { id: hashToken(token) },
    )
    if (!role) return undefined
    const { user, session } = await this.#lucia[kindOf(role.role)].validateSession(token)
    if (!session) return undefined
    const found = await this.#db.get<Omit<User, 'contactId' | 'readOnly'> & { contact_id: number | null; read_only: number }>(
      'select id, contact_id, email, name, role, read_only, locale from users where id = :id and disabled_at is null',
      { id: user.id },
    )
    if (!found) return undefined
    const { contact_id: contactId, read_only: readOnly, ...rest } = found
    return { user: { ...rest, contactId, readOnly: readOnly === 1 }, sessionId: hashToken(token) }
  }

  async end(sessionId: string) {
    await this.#db.batch([{ sql: 'delete from sessions where id = :id', args: { id: sessionId } }])
  }

  /** Ends every session of a user but one: after a change of password, all other devices sign in anew. */
  async endOthers(userId: number, keep: string | undefined) {
    await this.#db.batch([{ sql: 'delete from sessions where user_id = :userId and id <> :keep', args: { userId, keep: keep ?? '' } }])
  }

  async forgetEnded() {
    await this.#lucia.customer.deleteExpiredSessions()
  }
}

function kindOf(role: User['role']): Kind {
  return role === 'customer' ? 'customer' : 'staff'
}

type SessionRow = { id: string; user_id: number; expires_at: number; ends_at: number; device: string }

function adapterFor(db: Db): Adapter {
  const run = async (sql: string, args: Record<string, string | number>) => void (await db.batch([{ sql, args }]))
  return {
    async getSessionAndUser(token) {
      const row = await db.get<SessionRow>('select * from sessions where id = :id', { id: hashToken(token) })
      if (!row || row.ends_at <= Date.now()) return [null, null]
      // Lucia asks only for the id; find() reads the user with the rights of this moment.
      return [{ ...fromRow(row), id: token }, { id: row.user_id, attributes: {} } as DatabaseUser]
    },
    async getUserSessions(userId) {
      return (await db.all<SessionRow>('select * from sessions where user_id = :userId', { userId })).map(fromRow)
    },
    setSession: ({ id, userId, expiresAt, attributes }) =>
      run(
        `insert into sessions (id, user_id, created_at, expires_at, ends_at, device)
         values (:id, :userId, :now, :expiresAt, :endsAt, :device)`,
        { id: hashToken(id), userId, now: Date.now(), expiresAt: expiresAt.getTime(), ...attributes },
      ),
    updateSessionExpiration: (token, expiresAt) =>
      run('update sessions set expires_at = :expiresAt where id = :id', { id: hashToken(token), expiresAt: expiresAt.getTime() }),
    deleteSession: (token) => run('delete from sessions where id = :id', { id: hashToken(token) }),
    deleteUserSessions: (userId) => run('delete from sessions where user_id = :userId', { userId }),
    deleteExpiredSessions: () => run('delete from sessions where expires_at <= :now or ends_at <= :now', { now: Date.now() }),
  }
}

function fromRow({ id, user_id, expires_at, ends_at, device }: SessionRow): DatabaseSession {
  return { id, userId: user_id, expiresAt: new Date(expires_at), attributes: { device, endsAt: ends_at } }
}
