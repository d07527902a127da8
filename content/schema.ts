import { z } from 'zod'

/** The languages every text is written in. Both are equals: a text in one only is a mistake the loader reports. */
export const LOCALES = ['en', 'da'] as const
export const Locale = z.enum(LOCALES)
export type Locale = z.infer<typeof Locale>

const KNOWN_CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

/** A currency by its ISO 4217 code. */
export const Currency = z.string().refine((code) => KNOWN_CURRENCIES.has(code), 'expected a currency such as "DKK" (ISO 4217)')
export type Currency = z.infer<typeof Currency>

const text = z.string().trim().min(1)
const percent = z.number().min(0).max(100).multipleOf(0.01)
const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens')
const date = z.iso.date()

/** One text in every language. */
export const Localized = z.strictObject({ en: text, da: text })
export type Localized = z.infer<typeof Localized>

/** An amount in minor units (øre, cents) per currency, before VAT; the loader asks for each currency of the company. */
export const Amounts = z.record(Currency, z.int().nonnegative())
export type Amounts = z.infer<typeof Amounts>

const hours = z.array(z.string().regex(/^\d\d:\d\d-\d\d:\d\d$/, 'expected hours such as "08:00-16:00"'))
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export const TICKET_KINDS = ['question', 'problem', 'complaint', 'return', 'visit'] as const
export const TicketKind = z.enum(TICKET_KINDS)
export type TicketKind = z.infer<typeof TicketKind>

const days = z.array(z.int().min(1).max(365)).max(10)
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as "08:00"')

/** When a silent customer is reminded kindly, in days; all of it may be left out. */
const FollowUp = z
  .strictObject({
    /** After it was sent, as long as nobody has opened it. */
    notViewedDays: days.default([2, 6]),
    /** After it was first looked at. */
    viewedDays: days.default([4, 10]),
    /** Before the last day of the offer. */
    expiringDays: days.default([5, 1]),
    /** Never two reminders within so many days. */
    minGapDays: z.int().min(1).max(90).default(2),
    /** After delivery, or acceptance: how is it going? */
    checkInDays: z.int().min(1).max(365).default(14),
    /** By the clock on the company's wall; over midnight when the first is later. */
    quietFrom: clock.default('18:00'),
    quietUntil: clock.default('08:00'),
    onlyOpeningDays: z.boolean().default(true),
  })
  .prefault({})

/** What the clock does with cases; all of it may be left out. */
const Cases = z
  .strictObject({
    /** After so many days of silence, a customer we wait for is asked again, and once more. */
    noticeDays: z.tuple([z.int().min(1).max(90), z.int().min(1).max(90)]).default([3, 7]),
    /** After so many, the case counts as solved. */
    giveUpDays: z.int().min(2).max(180).default(14),
    /** How long a solved case can still be opened again by writing. */
    closesAfterDays: z.int().min(1).max(180).default(14),
    /** How long a case must have stayed solved before we ask how we did. */
    rateAfterHours: z.int().min(1).max(240).default(24),
  })
  .refine(({ noticeDays: [first, second], giveUpDays }) => first < second && second < giveUpDays, {
    message: 'expected the first notice before the second, and both before giving up',
    path: ['noticeDays'],
  })
  .prefault({})

/** `content/company.yaml`: who runs this Torv. */
export const Company = z.strictObject({
  name: text,
  legalName: text,
  tagline: Localized,
  about: Localized,
  /** Any CSS hex colour; every shade in the interface is derived from it. */
  accent: z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a colour such as "#0f6b5c"'),
  /** A file in `pictures/`. */
  logo: text,
  email: z.email(),
  phone: text,
  address: z.array(text).min(1),
  registration: text,
  /** The language we write to the company in. */
  locale: Locale,
  timeZone: text.refine(isTimeZone, 'expected an IANA time zone such as "Europe/Copenhagen"'),
  /** Every price is given in each of these. */
  currencies: z.array(Currency).min(1),
  defaultCurrency: Currency,
  /** The usual rate; a product may have its own. */
  vatPercent: percent,
  openingHours: z.strictObject(Object.fromEntries(weekdays.map((day) => [day, hours])) as Record<(typeof weekdays)[number], typeof hours>),
  holidays: z.array(z.strictObject({ date, name: Localized })),
  /** Targets in opening hours, by kind of ticket. */
  sla: z.record(TicketKind, z.strictObject({ firstResponseHours: z.number().positive(), resolutionHours: z.number().positive() })),
  /** Revenue goals, before VAT, by quarter ("2026-Q4"). */
  salesQuotas: z.array(
    z.strictObject({
      quarter: z.string().regex(/^\d{4}-Q[1-4]$/, 'expected a quarter such as "2026-Q4"'),
      amount: Amounts,
      /** Of single members of staff, by the address they sign in with. */
      people: z.record(z.email(), Amounts).default({}),
    }),
  ),
  quotes: z.strictObject({
    validDays: z.int().min(1).max(365),
    /** A larger discount needs a manager's approval. */
    discountLimitPercent: z.number().min(0).max(100),
    terms: Localized,
    termsVersion: text,
  }),
  followUp: FollowUp,
  cases: Cases,
})
export type Company = z.infer<typeof Company>

/** `content/categories.yaml`, in the order they are shown. */
export const Category = z.strictObject({
  id: slug,
  name: Localized,
  summary: Localized,
  picture: text,
  /** Nobody is shown a price of this group, though we know them all. */
  priceOnRequest: z.boolean().default(false),
})
export type Category = z.infer<typeof Category>

const comparable = {
  id: slug,
  name: Localized,
  /** Whether the catalogue can be narrowed down by it; comparing shows it either way. */
  filter: z.boolean().default(true),
}

/** `content/facts.yaml`: what products are narrowed down and compared by, in the order shown. */
export const FactKind = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      ...comparable,
      type: z.literal('number'),
      unit: z.union([text, Localized], { error: 'expected a unit such as "kW", or one in every language' }).optional(),
      /** How many are written; as many as it takes when left out. */
      decimals: z.int().min(0).max(6).optional(),
      /** Which end is marked as the best when products are compared; neither when left out. */
      better: z.enum(['higher', 'lower']).optional(),
    }),
    z.strictObject({
      ...comparable,
      type: z.literal('choice'),
      choices: z.array(z.strictObject({ id: slug, name: Localized })).min(1),
      /** Whether the choices stand in order of merit. */
      bestFirst: z.boolean().default(false),
    }),
  ],
  { error: 'expected "number" or "choice"' },
)
export type FactKind = z.infer<typeof FactKind>

const factValue = z.union([z.number(), slug, z.array(slug).min(1), Localized], {
  error: 'expected a number, the id of a choice (or a list of them), or a text in every language',
})

/** What a product says of itself: by a kind of `facts.yaml`, or under a name of its own, which is only shown. */
const WrittenFact = z
  .strictObject({
    fact: slug.optional(),
    name: Localized.optional(),
    value: factValue,
    /** In place of the value as we would write it: "up to 70 °C" for 70. */
    shown: Localized.optional(),
  })
  .refine(({ fact, name }) => (fact === undefined) !== (name === undefined), 'expected either "fact" (an id of facts.yaml) or "name"')
export type WrittenFact = z.infer<typeof WrittenFact>

/** A fact as it is read: `kind` and what it is filtered and compared by are there when `facts.yaml` knows it. */
export type Fact = { kind?: string; name: Localized; value: Localized; number?: number; choices?: string[] }

const choice = z.strictObject({ id: slug, name: Localized, price: Amounts.optional() })

const Care = z.strictObject({
  id: slug,
  name: Localized,
  text: Localized.optional(),
  everyMonths: z.int().min(1).max(240),
  /** The article that tells how. */
  article: slug.optional(),
  /** Whether one of our people does it, so that a visit is offered. */
  visit: z.boolean().default(false),
})

const SerialNumber = z.strictObject({
  /** Of the whole number, large or small letters alike. */
  pattern: text.refine(isPattern, 'expected a regular expression such as "L12-\\d{6}"'),
  example: text,
  /** Where it is found. */
  hint: Localized,
})

/** `content/products/<slug>.yaml`; the file's name is the product's slug. */
export const Product = z.strictObject({
  /** A draft is checked like any other, and is nowhere to be seen. */
  status: z.enum(['published', 'draft']).default('published'),
  sku: z.string().regex(/^[A-Z0-9][A-Z0-9-]*$/, 'expected capitals, digits and hyphens'),
  category: slug,
  name: Localized,
  summary: Localized,
  picture: text,
  pictureAlt: Localized,
  /** What it does for the one who buys it; shown before the facts. */
  benefits: z.array(z.strictObject({ title: Localized, text: Localized })).min(2),
  facts: z.array(WrittenFact).min(2),
  /** Before VAT, per unit; `on-request` leaves it to the quote. */
  price: z.union([Amounts, z.literal('on-request')], { error: 'expected whole amounts in minor units per currency, or "on-request"' }),
  /** Where it is not the company's usual rate. */
  vatPercent: percent.optional(),
  /** Whether the price is only for our own reckoning: visitors read "on request". */
  priceOnRequest: z.boolean().default(false),
  unit: z.enum(['piece', 'year']).default('piece'),
  /** From this quantity the unit price is this one. */
  tiers: z.array(z.strictObject({ from: z.int().min(2), price: Amounts })).default([]),
  /** One choice of each is made; the first is what one gets without choosing. */
  options: z.array(z.strictObject({ id: slug, name: Localized, choices: z.array(choice).min(2) })).default([]),
  maxQuantity: z.int().min(1).max(1000).default(100),
  /** Files in `documents/`. */
  documents: z.array(z.strictObject({ file: text, title: Localized })).default([]),
  accessories: z.array(slug).default([]),
  spareParts: z.array(slug).default([]),
  /** Older models that this one takes the place of, by the name people know. */
  replaces: z.array(text).default([]),
  /** The product that took its place: this one is no longer made, and keeps its page for those who own it. */
  replacedBy: slug.optional(),
  warrantyYears: z.number().nonnegative().optional(),
  /** What its owner does, or has done, every so many months. */
  maintenance: z.array(Care).default([]),
  /** How the numbers on its label look. */
  serialNumber: SerialNumber.optional(),
  order: z.int().default(100),
})
export type WrittenProduct = z.infer<typeof Product> & { slug: string }
/** A published product with its facts in words. */
export type Product = Omit<WrittenProduct, 'facts' | 'status'> & { facts: Fact[] }

/** Names that an address of the selector has a use of its own for. */
const questionId = slug.refine(
  (id) => !['at', 'locale', 'product'].includes(id),
  'expected another id: at, locale and product have a use of their own',
)
/** One of these answers, or a number within bounds; `from` is within them, `below` is not. */
const SelectorCondition = z.union(
  [
    z.array(slug).min(1),
    z
      .strictObject({ from: z.number().optional(), below: z.number().optional() })
      .refine(({ from, below }) => from !== undefined || below !== undefined),
  ],
  { error: 'expected answers such as [house, flat], or bounds such as { from: 100, below: 150 }' },
)
/** What must be so of each question or figure named; of nothing, it always is. */
const SelectorWhen = z.record(z.string(), SelectorCondition).default({})
export type SelectorWhen = z.infer<typeof SelectorWhen>

const questionText = { id: questionId, text: Localized, help: Localized.optional(), when: SelectorWhen }
const SelectorQuestion = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('choice'),
      ...questionText,
      answers: z.array(z.strictObject({ id: slug, text: Localized, help: Localized.optional() })).min(2),
    }),
    z.strictObject({ kind: z.literal('number'), ...questionText, unit: Localized.optional(), min: z.int(), max: z.int() }),
  ],
  { error: 'expected the kind "choice" or "number"' },
)
export type SelectorQuestion = z.infer<typeof SelectorQuestion>

const SelectorRule = z
  .strictObject({
    products: z.array(slug).min(1),
    when: SelectorWhen,
    /** Above zero speaks for the product, below zero against it. */
    points: z.int().optional(),
    /** It is not for them, whatever else speaks for it. */
    exclude: z.literal(true).optional(),
    /** `{area}` is what was answered to that question, or the figure of that name; `{product}` is the product's name. */
    reason: Localized,
  })
  .refine(({ points, exclude }) => Boolean(points) !== Boolean(exclude), 'expected either points (not 0) or "exclude: true"')
export type SelectorRule = z.infer<typeof SelectorRule>

const optionChoices = z.record(slug, slug).default({})

/** `content/selector.yaml`: a few questions that lead to a short list of products, with reasons. */
export const Selector = z.strictObject({
  questions: z.array(SelectorQuestion).min(1).max(20),
  /** Numbers worked out from answers: one number, times a factor for each answer to other questions. */
  figures: z
    .array(
      z.strictObject({
        id: questionId,
        of: slug,
        times: z.record(slug, z.record(slug, z.number().positive())).default({}),
        decimals: z.int().min(0).max(2).default(0),
      }),
    )
    .default([]),
  rules: z.array(SelectorRule).min(1),
  /** With fewer points than this a product is not worth naming. */
  enoughPoints: z.int().min(1).default(1),
  /** How a product is best ordered for such answers; the last that fits decides. */
  setups: z
    .array(
      z.strictObject({ products: z.array(slug).min(1), when: SelectorWhen, options: optionChoices, quantity: z.int().min(1).optional() }),
    )
    .default([]),
  /** What goes with the products named, or with any when none is. */
  accessories: z
    .array(
      z.strictObject({
        product: slug,
        for: z.array(slug).default([]),
        when: SelectorWhen,
        options: optionChoices,
        quantity: z.int().min(1).default(1),
        reason: Localized,
      }),
    )
    .default([]),
})
export type Selector = z.infer<typeof Selector>
/** `content/appointments.yaml`, in the order they are shown: what a member of staff can be booked for. */
export const AppointmentKind = z.strictObject({
  id: slug,
  name: Localized,
  summary: Localized,
  /** Where it is offered besides: to be called back, on help pages and on cases; to have what one owns looked after, beside it. */
  use: z.enum(['meeting', 'callback', 'service-visit']).default('meeting'),
  /** How long it takes. */
  minutes: z.int().min(5).max(480),
  /** What the member of staff needs before and after it. */
  bufferMinutes: z.int().min(0).max(240).default(0),
  /** How far apart the times to choose from are. */
  everyMinutes: z.int().min(5).max(240).default(30),
  /** How soon it can be, down to quarters of an hour, and how far ahead. */
  noticeHours: z.number().min(0).max(720).multipleOf(0.25).default(24),
  daysAhead: z.int().min(1).max(180).default(45),
  /** Until how long before it can be moved or cancelled without a call. */
  changeHours: z.int().min(0).max(720).default(4),
  /** Words about the place; or we call, or meet in the member's video room, or come to the customer. */
  where: z.union([z.enum(['call', 'video', 'visit']), Localized], {
    error: 'expected "call", "video", "visit", or the name of a place in both languages',
  }),
})
export type AppointmentKind = z.infer<typeof AppointmentKind>

/** `content/topics.yaml`, in the order they are shown. */
/** One entry of `content/teams.yaml`: who takes which cases. The first that fits a new case has it. */
export const Team = z.strictObject({
  id: slug,
  name: Localized,
  /** Of ticket kinds; all when left out. */
  kinds: z.array(text).default([]),
  /** `service` or `sales`; both when left out. */
  queues: z.array(z.enum(['service', 'sales'])).default([]),
  /** By the addresses they sign in with; everybody when left out. */
  members: z.array(z.email().transform((email) => email.toLowerCase())).default([]),
})
export type Team = z.infer<typeof Team>

export const Topic = z.strictObject({ id: slug, name: Localized, summary: Localized, icon: text })
export type Topic = z.infer<typeof Topic>

/** Who an article is for: `organisation` by the number in its address at the desk, `site` by the key of a widget's site. */
const Audience = z
  .string()
  .regex(/^(everyone|customers|organisation:\d+|site:[\w-]+)$/, 'expected "everyone", "customers", "organisation:<number>" or "site:<key>"')

/** What a display says: "E7". Written without spaces, hyphens and leading zeros; people may type all of them. */
export const Code = z.string().regex(/^[A-Z]{1,4}[1-9]\d{0,3}$/, 'expected a code such as "E7": capitals and a number, nothing between')

/** Where a code is explained: under the heading that is named or begins with it, else in the whole article. */
const WrittenCode = z
  .union([Code, z.strictObject({ code: Code, section: text.optional(), products: z.array(slug).min(1).optional() })], {
    error: 'expected a code such as "E7", or one with a section or products: { code: E7, section: e7 }',
  })
  .transform((written) => (typeof written === 'string' ? { code: written } : written))

/** The front matter of `content/articles/<locale>/<slug>.md`; the file's name is the slug, the same in every language. */
export const ArticleFrontMatter = z.strictObject({
  title: text,
  summary: text,
  topic: slug,
  products: z.array(slug).default([]),
  /** When somebody last made sure that it is true; left out for what nobody has looked at yet. */
  reviewed: date.optional(),
  related: z.array(slug).default([]),
  /** Words customers use that the text does not. */
  keywords: z.array(text).default([]),
  /** Error codes that it explains. */
  codes: z.array(WrittenCode).default([]),
  popular: z.boolean().default(false),
  /** A draft is nowhere; what is archived keeps its page, which says so. */
  status: z.enum(['published', 'draft', 'archived']).default('published'),
  visibleTo: z
    .union([Audience, z.array(Audience).min(1)])
    .default('everyone')
    .transform((written) => [written].flat()),
  /** The revision of the original that this translation was made from, as `npm run content -- stamp` writes it. */
  translationOf: z
    .string()
    .regex(/^(en|da)@[0-9a-f]{12}$/, 'expected what "npm run content -- stamp" writes, such as "en@1f0c9a7b2d3e"')
    .optional(),
  /** Slugs it had before: their addresses lead here. */
  formerly: z.array(slug).default([]),
})
export type ArticleFrontMatter = z.infer<typeof ArticleFrontMatter>

/** A part of an article under one heading; what search finds. `anchor` is empty for what stands before the first heading. */
export type Section = { anchor: string; heading: string; level: number; text: string }
export type Article = Omit<ArticleFrontMatter, 'status' | 'translationOf' | 'codes' | 'formerly'> & {
  slug: string
  /** Of its address, and of the links in it. */
  locale: Locale
  /** Of its words: another one than `locale` where nobody has translated it yet. */
  language: Locale
  html: string
  sections: Section[]
  /** What it leads to: `article:<slug>` or `product:<slug>`. */
  links: string[]
  isArchived: boolean
  /** What a translation made today would be stamped with. */
  revision: string
  /** Of what it is a translation, if it is one, and whether the original has changed since. */
  translation: { of: Locale; isOutdated: boolean } | undefined
}

/** `content/notices/<slug>.yaml` */
export const Notice = z.strictObject({
  kind: z.enum(['incident', 'maintenance', 'recall', 'news']),
  title: Localized,
  /** Markdown. */
  text: Localized,
  /** Shown on and after `from`, until the day `until` has ended. */
  from: date,
  until: date.optional(),
  /** The day on which what it tells of begins, where that is later. */
  starts: date.optional(),
  article: slug.optional(),
  /** Everybody, unless it names the owners of products, places by postcode ("7100", "7000-7999"), or a site by its key. */
  for: z
    .union([
      z.strictObject({ products: z.array(slug).min(1) }),
      z.strictObject({ postcodes: z.array(z.string().regex(/^\w[\w ]*(-\w[\w ]*)?$/)).min(1) }),
      z.strictObject({ site: text }),
    ])
    .transform((whom): { products?: string[]; postcodes?: string[]; site?: string } => whom)
    .optional(),
  /** Whether those it concerns are mailed when its first day comes: once, and of a recall whatever they have chosen. */
  mail: z.boolean().default(false),
})
export type Notice = z.infer<typeof Notice> & { slug: string }

/** `content/synonyms.yaml`: per language, groups of words that mean the same to search. */
export const Synonyms = z.strictObject({ en: z.array(z.array(text).min(2)), da: z.array(z.array(text).min(2)) })
export type Synonyms = z.infer<typeof Synonyms>

/** `content/stop-words.yaml`: per language, words of this company that say little of what somebody looks for. */
export const StopWords = z.strictObject({ en: z.array(text), da: z.array(text) })
export type StopWords = z.infer<typeof StopWords>

/**
 * A phrase of the interface, or the forms a number asks for (`one`, `other`: CLDR plural categories).
 * `{name}` marks what is filled in.
 */
export const Phrase = z.union([text, z.strictObject({ one: text, other: text })])
export type Phrase = z.infer<typeof Phrase>

/** `content/strings/<locale>/<place>.yaml`: phrases of one place, keys nested as deep as helps. */
export type Strings = Record<string, Phrase>

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text))
  } catch {
    return false
  }
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
