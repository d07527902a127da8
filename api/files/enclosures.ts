import type { Statement, Value } from '../platform/db.ts'
import { newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'

export type Enclosure = { sha256: string; name: string; type: string; size: number }

type Belonging = {
  /** SQL for what it belongs to; nothing is written where that is null. */
  subject: string
  /** SQL for the message it came with. */
  message?: string
  args: Record<string, Value>
  owner: string
  internal?: boolean
  at: number
}

/** Writes down a file that came some other way than by an upload, whose bytes are kept already. For a batch. */
export function enclose(
  { sha256, name, type, size }: Enclosure,
  { subject, message = 'null', args, owner, internal = false, at }: Belonging,
): Statement {
  return {
    sql: `insert into uploads (id, owner, sender, purpose, sha256, name, type, size, created_at, attached_to, message_id, internal)
          select :id, :owner, :owner, 'message', :sha256, :name, :type, :size, :at, ${subject}, ${message}, :internal
          where ${subject} is not null`,
    args: { ...args, id: newToken(), owner, sha256, name, type, size, at, internal: internal ? 1 : 0 },
  }
}

/** Lets go of what belongs to this; its bytes follow once nothing else refers to them. For a batch. */
export function letGo(subject: string): Statement {
  return { sql: 'delete from uploads where attached_to = :subject', args: { subject } }
}

/** The same for many. */
export function letGoOf(subjects: string[]): Statement {
  return {
    sql: 'delete from uploads where attached_to in (select value from json_each(:subjects))',
    args: { subjects: JSON.stringify(subjects) },
  }
}

/** The hash of the first file of that type in it. */
export async function enclosedIn({ db }: Pick<Services, 'db'>, subject: string, type: string): Promise<string | undefined> {
  const row = await db.get<{ sha256: string }>(
    'select sha256 from uploads where attached_to = :subject and type = :type order by created_at, id limit 1',
    { subject, type },
  )
  return row?.sha256
}
