// What people ask before they buy, and the answers that everybody can read afterwards.
import { publishAnswer, type Texts } from '../api/catalog/questions.ts'
import type { User } from '../api/platform/http.ts'
import { type GivenAnswers, qualify } from '../api/quotes/qualification.ts'
import { requestQuote } from '../api/quotes/request.ts'
import type { Services } from '../api/services.ts'
import { openTicket } from '../api/tickets/opening.ts'
import { reply } from '../api/tickets/replying.ts'
import { findAnyTicket } from '../api/tickets/store.ts'
import { PEOPLE } from './demo-stories.ts'

const QUESTIONS: { product: string; asked: string; answered?: string; texts?: Texts }[] = [
  {
    product: 'luft-9',
    asked: 'Kan udedelen stå på en altan? Vi har ikke nogen have.',
    answered: 'Ja, hvis altanen kan bære 104 kg og vandet fra afrimningen kan løbe et sted hen. Vi kommer gerne og ser på det.',
    texts: {
      da: {
        question: 'Kan udedelen stå på en altan?',
        answer:
          'Ja, hvis altanen kan bære 104 kg, vandet fra afrimningen kan løbe et sted hen, og der er 1 meter til nærmeste vindue. Vi kommer gerne og ser på det, før du bestiller.',
      },
      en: {
        question: 'Can the outdoor unit stand on a balcony?',
        answer:
          'Yes, if the balcony can carry 104 kg, the water from defrosting has somewhere to go, and the nearest window is 1 metre away. We are happy to come and look before you order.',
      },
    },
  },
  {
    product: 'luft-9',
    asked: 'Does it work with the old radiators from the seventies?',
    answered: 'In most houses it does. It sends out up to 70 °C; have a frosty day at 55 °C and see whether the rooms stay warm.',
    texts: {
      en: {
        question: 'Does it work with radiators from the seventies?',
        answer:
          'In most houses it does: it sends out water of up to 70 °C. To know for sure, set the boiler to 55 °C on a frosty day. If the rooms stay warm, the radiators are large enough.',
      },
      da: {
        question: 'Kan den bruges til radiatorer fra 70’erne?',
        answer:
          'Det kan den i de fleste huse, for den sender op til 70 °C varmt vand ud. Vil du være sikker, så sæt fyret på 55 °C på en frostdag. Er der stadig varmt i stuerne, er radiatorerne store nok.',
      },
    },
  },
  { product: 'brise-4', asked: 'Kan jeg selv skifte filtrene, eller skal der en montør til?' },
]

const ANSWERS: GivenAnswers = {
  home: 'house',
  spread: 'radiators',
  area: 148,
  insulation: 'good',
  today: 'oil',
  people: 4,
  outdoors: 'near',
  ground: 'none',
}

/** Questions on products, some of them published, one that still waits; and a request that brings its answers from the selector. */
export async function askBeforeBuying(services: Services, agent: User) {
  for (const [at, { product, asked, answered, texts }] of QUESTIONS.entries()) {
    const person = PEOPLE[(at + 4) % PEOPLE.length]
    const name = services.content.products.find(({ slug }) => slug === product)?.name
    if (!person || !name) continue
    const { reference } = await openTicket(services, {
      ...{ channel: 'web', kind: 'question', queue: 'sales', text: asked, authorName: person.name, product, by: 'guest' },
      owner: { email: person.email, name: person.name },
      subject: services.t[person.locale]('questions.subject', { product: name[person.locale] }),
      locale: person.locale,
    })
    if (!answered || !texts) continue
    const words = {
      author: 'staff',
      authorName: agent.name,
      text: answered,
      by: `user:${agent.id}`,
      userId: agent.id,
      move: 'resolve',
    } as const
    await reply(services, await findAnyTicket(services, reference), words)
    await publishAnswer(services, await findAnyTicket(services, reference), { product, texts, by: agent.id })
  }
  const buyer = { name: 'Emma Østergaard', company: '', email: 'emma@home.example', phone: '' }
  await requestQuote(services, {
    ...{ buyer, need: '', locale: 'da', contact: undefined, confirm: false },
    lines: ['luft-9', 'kilde-200'].map((product) => ({ product, options: {}, quantity: 1 })),
    qualification: qualify(services.content, ANSWERS),
  })
}
