import { afterEach, test } from 'vitest'
import { stopTorvs } from '../support/torv.ts'
import { agreeEverywhere } from './agree.ts'

/** How many in all: a hundred in `npm test`, a thousand in `npm run faults`. */
const QUOTES = process.env.FAULTS === 'full' ? 1_000 : 100

afterEach(stopTorvs)

// With no, two and three digits of a minor unit.
for (const currency of ['DKK', 'EUR', 'JPY', 'KWD']) {
  test(`${QUOTES / 4} random quotes in ${currency} agree on page, on paper, in mail and in JSON, to the minor unit`, async () => {
    await agreeEverywhere(currency, QUOTES / 4)
  })
}
