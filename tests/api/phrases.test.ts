import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PROBLEMS } from '../../api/platform/problems.ts'
import { deskLabel, publicStatus, STATUSES as QUOTE_STATUSES } from '../../api/quotes/model.ts'
import { customerLabelKey, staffLabelKey, TICKET_STATUSES } from '../../api/tickets/model.ts'
import { loadContent } from '../../content/load.ts'
import { LOCALES, TICKET_KINDS } from '../../content/schema.ts'

const { strings } = loadContent('tests/support/content')
const sources = ['site', 'api', 'widget/panel'].flatMap(filesIn)

/** Keys as code writes them: whole (`t('a.b')`), or begun (`t(\`a.${x}\`)`). The panel's own are under `widget`. */
const asked = sources.flatMap((file) => {
  const place = file.startsWith('widget') ? 'widget.' : ''
  return [...readFileSync(file, 'utf8').matchAll(/(?:\bt|\bt\[\w+\])\(\s*(['`])([\w.-]+)(\$\{|\1)/g)].map(([, , key = '', end]) => ({
    file,
    key: place + key,
    isWhole: end !== '${',
  }))
})

describe.each(LOCALES)('the phrases in %s', (locale) => {
  const keys = Object.keys(strings[locale])

  test('are there for every key in the code', () => {
    expect(asked.length).toBeGreaterThan(300) // the search above finds them
    const missing = asked.filter(({ key, isWhole }) => !keys.some((known) => (isWhole ? known === key : known.startsWith(key))))
    expect(missing).toEqual([])
  })

  test('are there for every state, problem and kind', () => {
    const expected = [
      ...Object.keys(PROBLEMS).flatMap((type) => [`problem.${type}.title`, `problem.${type}.detail`]),
      ...QUOTE_STATUSES.flatMap((status) => [
        `quotes.status.${publicStatus(status)}`,
        `quotes.next.${publicStatus(status)}`,
        deskLabel(status),
      ]),
      ...TICKET_STATUSES.flatMap((status) => [customerLabelKey(status), staffLabelKey(status)]),
      ...['new', 'open', 'waiting', 'resolved', 'closed', 'merged', 'new-by', 'open-by'].map((status) => `tickets.next.${status}`),
      ...TICKET_KINDS.map((kind) => `tickets.kind.${kind}`),
    ]
    expect(expected.filter((key) => !keys.includes(key))).toEqual([])
  })

  test('have the same gaps in both languages', () => {
    const gaps = (phrase: unknown) => [...new Set(JSON.stringify(phrase).match(/\{\w+\}/g) ?? [])].sort()
    const different = keys.filter((key) => gaps(strings.en[key]).join() !== gaps(strings.da[key]).join())
    expect(different).toEqual([])
  })

  test('are all asked for by somebody', () => {
    const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n')
    const isAsked = (key: string) => {
      const own = key.startsWith('widget.') ? key.slice('widget.'.length) : key
      return text.includes(own) || asked.some((other) => !other.isWhole && key.startsWith(other.key)) || begun(own, text)
    }
    expect(keys.filter((key) => !isAsked(key))).toEqual([])
  })
})

/** Whether some template in the code begins as this key does: `a.b.${x}` or `a.${x}.c`. */
function begun(key: string, text: string): boolean {
  const parts = key.split('.')
  return parts.some((_, at) => at > 0 && text.includes(`${parts.slice(0, at).join('.')}.\${`))
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => /\.(ts|tsx|astro)$/.test(path) && !path.includes('node_modules'))
}
