import type { User } from '../api/platform/http.ts'
import type { Services } from '../api/services.ts'
import { addMacro, NewMacro } from '../api/tickets/macros.ts'

const MACROS = [
  {
    name: 'Ask for the serial number',
    text: {
      en: 'Hi {name},\n\nThank you for writing. To help you with {product} we need its serial number: it stands on the right side of the outdoor unit.\n\nBest wishes,\n{agent}, {company}',
      da: 'Hej {name}\n\nTak, fordi du skriver. For at hjælpe dig med {product} skal vi bruge serienummeret. Det står på højre side af udedelen.\n\nVenlig hilsen\n{agent}, {company}',
    },
    move: 'wait',
    tag: 'serial number',
  },
  {
    name: 'A technician comes',
    text: {
      en: 'Hi {name},\n\nWe send a technician, who rings before they come. If it is urgent, call us on {phone} and say {reference}.\n\n{agent}',
      da: 'Hej {name}\n\nVi sender en tekniker, som ringer, før de kommer. Haster det, så ring på {phone} og sig {reference}.\n\n{agent}',
    },
    move: 'hold',
    tag: 'visit',
  },
]

/** Replies that the made-up company writes again and again. */
export async function writeMacros(services: Services, by: User) {
  for (const macro of MACROS) await addMacro(services, NewMacro.parse(macro), by)
}
