import type { Content } from '../../content/load.ts'
import type { Team } from '../../content/schema.ts'
import type { User } from '../platform/http.ts'
import type { Queue } from './model.ts'

type Teams = Pick<Content, 'teams'>

/** Which team a new case goes to: the first that takes cases of this kind in this queue; none when nobody says so. */
export function teamFor({ teams }: Teams, { kind, queue }: { kind: string; queue: Queue }): string | null {
  const takes = (list: readonly string[], one: string) => list.length === 0 || list.includes(one)
  return teams.find(({ kinds, queues }) => takes(kinds, kind) && takes(queues, queue))?.id ?? null
}

/** Those that somebody is in. A company that names nobody has everybody in every team. */
export function teamsOf({ teams }: Teams, { email }: Pick<User, 'email'>): Team[] {
  return teams.filter(({ members }) => members.length === 0 || members.includes(email))
}
