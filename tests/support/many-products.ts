import { readFacts } from '../../content/facts.ts'
import type { Content } from '../../content/load.ts'
import type { Category, FactKind, Localized, Product, WrittenFact } from '../../content/schema.ts'

const CATEGORIES = [
  ['pumps', 'Pumps', 'Pumper'],
  ['tanks', 'Tanks', 'Beholdere'],
  ['valves', 'Valves', 'Ventiler'],
  ['controls', 'Controls', 'Styringer'],
  ['fans', 'Fans', 'Ventilatorer'],
  ['pipes', 'Pipes', 'Rør'],
  ['tools', 'Tools', 'Værktøj'],
  ['filters', 'Filters', 'Filtre'],
] as const
const MAKES = ['Ærø', 'Øresund', 'Årre', 'Fanø', 'Samsø', 'Læsø', 'Møn', 'Rømø', 'Anholt', 'Bornholm', 'Drejø', 'Endelave']
const ADJECTIVES = [
  ['quiet', 'stille'],
  ['strong', 'stærk'],
  ['small', 'lille'],
  ['thrifty', 'sparsommelig'],
  ['robust', 'robust'],
  ['light', 'let'],
  ['slim', 'smal'],
  ['smart', 'smart'],
] as const
const COLOURS = [
  ['white', 'White', 'Hvid'],
  ['graphite', 'Graphite', 'Grafit'],
  ['sand', 'Sand', 'Sand'],
  ['blue', 'Blue', 'Blå'],
  ['green', 'Green', 'Grøn'],
] as const
const NUMBERS = [
  ['power', 'Power', 'Effekt', 'kW', 1, 40],
  ['weight', 'Weight', 'Vægt', 'kg', 1, 400],
  ['sound', 'Sound power', 'Lydeffekt', 'dB(A)', 30, 70],
  ['flow', 'Flow', 'Vandflow', 'l/min', 1, 90],
  ['volume', 'Volume', 'Volumen', 'l', 10, 1000],
] as const
const CHOICES = [
  ['energy-class', 'Energy class', 'Energiklasse', ['A+++', 'A++', 'A+', 'A', 'B']],
  ['refrigerant', 'Refrigerant', 'Kølemiddel', ['R290', 'R32', 'R744']],
  ['protection', 'Protection', 'Kapslingsklasse', ['IP20', 'IP44', 'IP65', 'IP68']],
] as const

/** The content of a company with so many products, the same for the same seed: facts, prices and names in both languages. */
export function manyProducts(content: Content, count = 10_000, seed = 1): Content {
  const random = seededRandom(seed)
  return {
    ...content,
    categories: CATEGORIES.map(([id, en, da]) => categoryOf(content, id, { en, da })),
    facts: factKinds(),
    products: Array.from({ length: count }, (_, number) => productOf(number, random, content)),
    version: `${content.version}-${count}-${seed}`,
  }
}

/** Mulberry32: small, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function categoryOf(content: Content, id: string, name: Localized): Category {
  return { id, name, summary: name, picture: pictureOf(content), priceOnRequest: id === 'tools' }
}

function factKinds(): FactKind[] {
  return [
    ...NUMBERS.map(([id, en, da, unit]) => ({
      id,
      type: 'number' as const,
      name: { en, da },
      unit,
      better: 'lower' as const,
      filter: true,
    })),
    ...CHOICES.map(([id, en, da, names]) =>
      choiceKind(
        id,
        { en, da },
        names.map((name) => [idOf(name), name, name]),
      ),
    ),
    choiceKind('colour', { en: 'Colour', da: 'Farve' }, COLOURS),
  ]
}

function choiceKind(id: string, name: Localized, choices: readonly (readonly [string, string, string])[]): FactKind {
  return { id, type: 'choice', name, bestFirst: false, filter: true, choices: choices.map(([id, en, da]) => ({ id, name: { en, da } })) }
}

function productOf(number: number, random: () => number, content: Content): Product {
  const [category, en, da] = pick(CATEGORIES, random)
  const [quietly, stille] = pick(ADJECTIVES, random)
  const make = pick(MAKES, random)
  const price = 10_000 + Math.floor(random() * 9_000_000)
  const name = { en: `${make} ${en.slice(0, -1)} ${number}`, da: `${make} ${da} ${number}` }
  return {
    slug: `product-${number}`,
    sku: `SKU-${number}`,
    category,
    name,
    summary: { en: `A ${quietly} one from ${make}.`, da: `En ${stille} fra ${make}.` },
    picture: pictureOf(content),
    pictureAlt: name,
    benefits: [],
    facts: readFacts(factsOf(random), factKinds(), (expected) => {
      throw new Error(`expected ${expected}`)
    }),
    price:
      random() < 0.05
        ? 'on-request'
        : (Object.fromEntries(['DKK', 'EUR'].map((currency) => [currency, price])) as { DKK: number; EUR: number }),
    priceOnRequest: random() < 0.05,
    unit: 'piece',
    tiers: [],
    options: [],
    maxQuantity: 100,
    documents: [],
    accessories: [],
    spareParts: [],
    maintenance: [],
    replaces: random() < 0.02 ? [`${make} Classic ${number}`] : [],
    order: Math.floor(random() * 1000),
  }
}

/** Most products have most facts, as in life. */
function factsOf(random: () => number): WrittenFact[] {
  const numbers = NUMBERS.map(([fact, , , , min, max]) => ({ fact, value: Math.round((min + random() * (max - min)) * 10) / 10 }))
  const choices = CHOICES.map(([fact, , , names]) => ({ fact, value: idOf(pick(names, random)) }))
  return [...numbers, ...choices, { fact: 'colour', value: pick(COLOURS, random)[0] }].filter(() => random() < 0.8)
}

function idOf(name: string): string {
  return name.toLowerCase().replaceAll('+', '-plus')
}

function pictureOf({ company }: Content): string {
  return company.logo
}

function pick<T>(from: readonly T[], random: () => number): T {
  const picked = from[Math.floor(random() * from.length)]
  if (picked === undefined) throw new Error('nothing to pick from')
  return picked
}
