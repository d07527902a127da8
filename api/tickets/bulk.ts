import { z } from 'zod'
import type { User } from '../platform/http.ts'
import { Problem, type ProblemType } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { giveTo, giveToTeam } from './assigning.ts'
import { STAFF_MOVES } from './model.ts'
import { findAnyTicket, moveTicket } from './store.ts'
import { Tag, tagTicket, untagTicket } from './tags.ts'

const MOST = 100

const Doing = z.discriminatedUnion('do', [
  z.object({ do: z.literal('move'), action: z.enum(STAFF_MOVES) }),
  z.object({ do: z.literal('assign'), userId: z.int().positive().nullable() }),
  z.object({ do: z.literal('team'), team: z.string().max(60).nullable() }),
  z.object({ do: z.literal('tag'), tag: Tag }),
  z.object({ do: z.literal('untag'), tag: Tag }),
])
export const Bulk = z.intersection(z.object({ references: z.array(z.string().max(20)).min(1).max(MOST) }), Doing)
export type Bulk = z.output<typeof Bulk>

/** Does the same to each of these cases; what one refuses stops none of the others, and is said. */
export async function doToAll(services: Services, { references, ...doing }: Bulk, by: User) {
  const done: string[] = []
  const refused: { reference: string; type: ProblemType }[] = []
  for (const reference of new Set(references)) {
    try {
      await doTo(services, reference, doing, by)
      done.push(reference)
    } catch (error) {
      if (!(error instanceof Problem) || error.type === 'invalid-input') throw error
      refused.push({ reference, type: error.type })
    }
  }
  return { done, refused }
}

async function doTo(services: Services, reference: string, doing: z.output<typeof Doing>, by: User) {
  const ticket = await findAnyTicket(services, reference)
  const actor = `user:${by.id}`
  switch (doing.do) {
    case 'move':
      return moveTicket(services, ticket, doing.action, actor)
    case 'assign':
      return giveTo(services, ticket, doing.userId, actor)
    case 'team':
      return giveToTeam(services, ticket, doing.team, actor)
    case 'tag':
      return tagTicket(services, ticket, doing.tag, actor)
    case 'untag':
      return untagTicket(services, ticket, doing.tag, actor)
  }
}
