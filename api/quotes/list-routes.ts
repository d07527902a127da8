import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { ownerOf, ownerOrNew, senderOf } from '../files/owner.ts'
import { prose } from '../platform/fields.ts'
import { body, type Env } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import { editedList, fits, LineKeys, longerList, MAX_LINES, offeredLine, TypedLines } from './list.ts'
import { changeList, listOf } from './list-store.ts'
import { addPasted, type Mistake } from './pasted.ts'

const MINUTE = 60_000

/** What somebody gathers before they ask for a quote: a contact's own list, or that of a browser. */
export const quoteList = new Hono<Env>()
  .get('/', async (c) => {
    const lines = await listOf(c.var.services, ownerOf(c))
    // What is no longer sold is left out; it stays in the list until that is next changed.
    return c.json({ lines: lines.flatMap((line) => offeredLine(c.var.services.content, line) ?? []) })
  })

  .put('/', body(z.object({ lines: TypedLines, known: LineKeys.default([]) })), async (c) => {
    const { lines, known } = c.req.valid('json')
    const owner = lines.length ? writer(c) : ownerOf(c)
    return c.json({ lines: owner ? await changeList(c.var.services, owner, (stored) => editedList(stored, lines, known)) : [] })
  })

  .post('/lines', body(z.object({ lines: TypedLines })), async (c) => {
    const { services } = c.var
    const more = c.req.valid('json').lines.map((line, at) => {
      const offered = offeredLine(services.content, line)
      if (!offered) throw invalid(`lines.${at}.product`, 'choice')
      return offered
    })
    const lines = await changeList(services, writer(c), (stored) => {
      if (!fits(stored, more)) throw invalid('lines', 'list-full', { max: MAX_LINES })
      return longerList(stored, more)
    })
    return c.json({ lines })
  })

  .post('/paste', body(z.object({ text: prose(20_000) })), async (c) => {
    const { services, locale } = c.var
    const { text } = c.req.valid('json')
    let mistakes: Mistake[] = []
    let added = 0
    const lines = await changeList(services, writer(c), (stored) => {
      const pasted = addPasted(stored, text, services.content)
      mistakes = pasted.mistakes
      added = pasted.added
      return pasted.lines
    })
    const inWords = ({ number, text, error: { reason, values } }: Mistake) => ({
      number,
      text,
      reason,
      message: services.t[locale](`invalid.${reason}`, values),
    })
    return c.json({ lines, added, mistakes: mistakes.map(inWords) })
  })

function writer(c: Context<Env>): string {
  c.var.services.limits.take(`lists from ${senderOf(c)}`, 300, MINUTE)
  return ownerOrNew(c)
}
