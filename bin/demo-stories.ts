import type { Locale, TicketKind } from '../content/schema.ts'

export type Person = { name: string; company: string; email: string; locale: Locale }

/** Made-up people. Their addresses lead nowhere: `.example` is reserved for that (RFC 2606). */
export const PEOPLE: Person[] = [
  { name: 'Ada Lund', company: 'Acme Boliger', email: 'ada@acme.example', locale: 'da' },
  { name: 'Grace Holm', company: 'Globex Gartneri', email: 'grace@globex.example', locale: 'da' },
  { name: 'Mads Friis', company: '', email: 'mads.friis@home.example', locale: 'da' },
  { name: 'Ingrid Sønderskov', company: 'Andelsboligforeningen Åhaven', email: 'ingrid@aahaven.example', locale: 'da' },
  { name: 'Oliver Bennett', company: '', email: 'oliver.bennett@home.example', locale: 'en' },
  { name: 'Hannah Clarke', company: 'Clarke Heating', email: 'hannah@clarkeheating.example', locale: 'en' },
  { name: 'Søren Bødker', company: 'Bødker VVS', email: 'soren@boedkervvs.example', locale: 'da' },
  { name: 'Emma Østergaard', company: '', email: 'emma@home.example', locale: 'da' },
  { name: 'Liam Walsh', company: 'Walsh Property', email: 'liam@walshproperty.example', locale: 'en' },
  { name: 'Freja Kjær', company: '', email: 'freja.kjaer@home.example', locale: 'da' },
]

export const NEEDS: Record<Locale, string[]> = {
  da: [
    'Vores oliefyr fra 1994 skal skiftes inden vinter. Huset er 148 m² med radiatorer.',
    'Vi er 12 andele og vil gerne se en samlet pris, også på service.',
    'Sommerhus på 70 m². Det vigtigste er, at det ikke larmer.',
    'Vi bygger nyt med gulvvarme overalt. Hvornår kan I levere?',
    '',
  ],
  en: [
    'Replacing a gas boiler in a 160 m² house with radiators. We would like to be done before the cold.',
    'Quote for three flats, one unit each. We install ourselves.',
    'New build with underfloor heating on both floors.',
    '',
  ],
}

type Story = { kind: TicketKind; subject: string; words: string[] }

/** Customer and staff in turn. */
export const STORIES: Record<Locale, Story[]> = {
  da: [
    {
      kind: 'problem',
      subject: 'Fejl E7 efter frost i nat',
      words: [
        'Panelet viser E7, og der er koldt i stuen. Vi har en Luft 9 fra 2024.',
        'Hej! E7 er højt tryk, og det skyldes næsten altid for lidt vandflow. Vil du se efter, om alle termostater står åbne, og om trykket er over 1,2 bar?',
        'Trykket var 0,9. Jeg har fyldt på, og nu kører den igen. Tak!',
      ],
    },
    {
      kind: 'question',
      subject: 'Hvor ofte skal filtrene i Brise skiftes?',
      words: [
        'Vi har støvet dem af, men de ser slidte ud.',
        'En gang om året, og oftere med hund i huset. Støvsug dem hver måned imellem.',
      ],
    },
    {
      kind: 'complaint',
      subject: 'Montøren kom ikke som aftalt',
      words: [
        'Vi ventede hele tirsdag, og ingen ringede.',
        'Det er vi kede af. Jeg har talt med montøren: I får en ny tid torsdag kl. 8, og kørslen er for vores regning.',
      ],
    },
    { kind: 'question', subject: 'Kan appen styre to huse?', words: ['Vi har også sommerhuset på.'] },
    {
      kind: 'return',
      subject: 'Termostat bestilt for meget',
      words: [
        'Jeg fik tre Fjeld Stue, men skulle kun bruge to.',
        'Send den retur inden for 14 dage, så får du pengene tilbage. Sedlen ligger i mailen.',
      ],
    },
  ],
  en: [
    {
      kind: 'problem',
      subject: 'No hot water since this morning',
      words: [
        'Heating works, but the tap stays cold. Dyb 8 with a 200 litre tank.',
        'Thank you for the details. Is the hot-water symbol on the panel lit, and what temperature does it show?',
        'It was switched off after the holiday mode. Works now.',
      ],
    },
    {
      kind: 'question',
      subject: 'Steam from the outdoor unit',
      words: [
        'Every hour or so it steams for a few minutes. Is that normal?',
        'Yes: it is defrosting itself. Steam and a hiss for three to ten minutes are part of it.',
      ],
    },
    {
      kind: 'question',
      subject: 'Copy of an invoice for our accountant',
      words: ['We need the March invoice again.', 'I have sent it to your address just now.'],
    },
    { kind: 'problem', subject: 'The app shows no connection', words: ['The gateway light is amber.'] },
  ],
}

/** What some ask before it is settled, and the answer. */
export const MORE: Record<Locale, [string, string]> = {
  da: ['Tak, men jeg er ikke sikker på, at jeg forstår det hele. Kan I ringe?', 'Selvfølgelig, jeg ringer i eftermiddag mellem 14 og 15.'],
  en: [
    'Thanks, but I am not sure that I understand it all. Could you ring me?',
    'Of course, I will ring you this afternoon between two and three.',
  ],
}

/** A fault that comes back. */
export const AGAIN: Record<Locale, [string, string]> = {
  da: [
    'Nu er den gal igen, præcis som før.',
    'Det er jeg ked af. En montør kommer i morgen mellem 8 og 10 og skifter delen uden beregning.',
  ],
  en: [
    'It is back, exactly as before.',
    'I am sorry. An installer comes tomorrow between eight and ten and changes the part free of charge.',
  ],
}

/** What people say of how we did, when they say something. */
export const REMARKS: Record<Locale, { glad: string[]; sorry: string[] }> = {
  da: {
    glad: ['Hurtigt og venligt.', 'Rart at få svar fra et menneske.', 'Det virkede i første forsøg.'],
    sorry: ['Jeg måtte spørge to gange.', 'Det tog for lang tid, når der ingen varme er.'],
  },
  en: {
    glad: ['Quick and kind.', 'Good to hear from a person.', 'It worked at once.'],
    sorry: ['I had to ask twice.', 'Too slow when there is no heat.'],
  },
}
