export type ServerEvent = { id: string; name: string; data: string }

/** Reads `text/event-stream` (WHATWG HTML §9.2) from pieces cut anywhere. The browser's own EventSource cannot carry a token. */
export class EventParser {
  #rest = ''
  #id = ''
  #name = ''
  #data: string[] = []

  push(piece: string): ServerEvent[] {
    const events: ServerEvent[] = []
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line) this.#read(line)
      else if (this.#data.length) events.push(this.#finish())
    }
    return events
  }

  #read(line: string) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? []
    if (field === 'id') this.#id = value
    if (field === 'event') this.#name = value
    if (field === 'data') this.#data.push(value)
  }

  #finish(): ServerEvent {
    const event = { id: this.#id, name: this.#name || 'message', data: this.#data.join('\n') }
    this.#name = ''
    this.#data = []
    return event
  }
}
