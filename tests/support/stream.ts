import { until } from './ports.ts'

export type StreamEvent = { id: string; event: string; data: unknown }

/** Reads server-sent events as a browser does (WHATWG HTML §9.2.6); `raw` keeps the bytes as they came. */
export function readStream(response: Response) {
  const events: StreamEvent[] = []
  let raw = ''
  let ended = false
  const reader = response.body?.getReader()
  const read = async () => {
    const decoder = new TextDecoder()
    let rest = ''
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) break
      const text = decoder.decode(value, { stream: true })
      raw += text
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = parseBlock(block)
        if (event) events.push(event)
      }
    }
    ended = true
  }
  void read().catch(() => {
    ended = true
  })
  return {
    events,
    raw: () => raw,
    ended: () => ended,
    /** The first event of this kind, once it has come. */
    next: (kind: string, nth = 1) => until(`event ${kind}`, () => events.filter(({ event }) => event === kind)[nth - 1]),
    close: () => reader?.cancel(),
  }
}

function parseBlock(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([a-z]+): ?([\s\S]*)$/.exec(line) ?? []
    if (name) fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value)
  }
  if (!fields.has('event')) return undefined
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: JSON.parse(fields.get('data') ?? 'null') }
}
