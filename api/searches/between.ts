import type { Services } from '../services.ts'
import { SEARCH_COLUMNS, type Search } from './store.ts'

export type SearchRow = Pick<Search, 'at' | 'visitor' | 'place' | 'text' | 'answer' | 'answeredAt' | 'ticket' | 'ticketAt'>

/** What visitors settled on in a time, oldest first. */
export function searchesBetween(
  { reader }: Pick<Services, 'reader'>,
  { start, end }: { start: number; end: number },
): Promise<SearchRow[]> {
  return reader.all<SearchRow>(`select ${SEARCH_COLUMNS} from searches where at >= :start and at < :end order by at, id`, { start, end })
}
