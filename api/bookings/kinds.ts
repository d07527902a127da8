import type { Content } from '../../content/load.ts'
import type { AppointmentKind, Locale } from '../../content/schema.ts'

export function findKind({ appointments }: Pick<Content, 'appointments'>, id: string): AppointmentKind | undefined {
  return appointments.find((kind) => kind.id === id)
}

/** The kind that is offered where somebody may want this; undefined when the company does not offer it. */
export function kindFor({ appointments }: Pick<Content, 'appointments'>, use: AppointmentKind['use']): AppointmentKind | undefined {
  return appointments.find((kind) => kind.use === use)
}

/** What a kind is called. One that is no longer offered goes by its id: what was booked stands. */
export function kindOf(content: Pick<Content, 'appointments'>, id: string, locale: Locale): { name: string; summary: string } {
  const kind = findKind(content, id)
  return kind ? { name: kind.name[locale], summary: kind.summary[locale] } : { name: id, summary: '' }
}
