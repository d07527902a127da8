import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

type Document = { id: string; title: string; version: string }
type Index = { documents: Document[]; settings: Record<string, unknown>; createdAt: string }
type Swap = { indexes: [string, string]; rename: boolean }

/**
 * Speaks as much of Meilisearch's documented protocol as it takes to see what our client does with its time and its indexes. It
 * cannot search: every query finds every document of the index, so what search finds is proven by the contract alone.
 */
export async function startStandIn() {
  const standIn = new StandIn()
  await standIn.listen()
  return standIn
}

class StandIn {
  readonly indexes = new Map<string, Index>()
  /** What it was asked, as "POST /swap-indexes". */
  readonly requests: string[] = []
  readonly swaps: Swap[][] = []
  readonly searches: Record<string, unknown>[] = []
  /** Takes requests and never answers them. */
  silent = false
  /** The type of task that shall fail. */
  failing: string | undefined
  url = ''
  #tasks: { type: string; status: 'succeeded' | 'failed'; askedFor: number }[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #sockets = new Set<Socket>()

  async listen(port = 0) {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    let text = ''
    for await (const chunk of request) text += chunk
    const path = new URL(request.url ?? '/', this.url).pathname
    this.requests.push(`${request.method} ${path}`)
    if (this.silent) return
    const [status, body] = this.#reply(`${request.method} ${path}`, text ? JSON.parse(text) : undefined)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  // biome-ignore lint/suspicious/noExplicitAny: bodies are what the client sends, and this is the other side of it
  #reply(request: string, body: any): [number, unknown] {
    const [, method, uid = '', part = ''] = /^(\w+) \/indexes\/?([^/]*)\/?(.*)$/.exec(request) ?? []
    if (request.startsWith('GET /tasks/')) return [200, this.#task(Number(request.split('/').at(-1)))]
    if (request === 'POST /swap-indexes') return this.#accept('indexSwap', () => this.#swap(body))
    if (method === 'GET' && !uid) return [200, { results: [...this.indexes].map(([uid, { createdAt }]) => ({ uid, createdAt })) }]
    if (method === 'POST' && !uid) return this.#accept('indexCreation', () => this.add(body.uid))

    const index = this.indexes.get(uid)
    if (!index) return [404, { message: `Index \`${uid}\` not found.`, code: 'index_not_found', type: 'invalid_request', link: '' }]
    if (method === 'DELETE') return this.#accept('indexDeletion', () => this.indexes.delete(uid))
    if (part === 'settings') return this.#accept('settingsUpdate', () => Object.assign(index.settings, body))
    if (part === 'documents' && method === 'GET') return [200, { results: index.documents.slice(0, 1) }]
    if (part === 'documents') return this.#accept('documentAdditionOrUpdate', () => index.documents.push(...body))
    if (part === 'search') return [200, this.#search(index, body)]
    return [404, { message: request, code: 'not_found', type: 'invalid_request', link: '' }]
  }

  add(uid: string, createdAt = new Date().toISOString()) {
    this.indexes.set(uid, { documents: [], settings: {}, createdAt })
  }

  #accept(type: string, effect: () => unknown): [number, unknown] {
    const status = type === this.failing ? 'failed' : 'succeeded'
    if (status === 'succeeded') effect()
    this.#tasks.push({ type, status, askedFor: 0 })
    return [202, { taskUid: this.#tasks.length - 1, indexUid: null, status: 'enqueued', type, enqueuedAt: new Date().toISOString() }]
  }

  /** The first time a task is asked for it is still in progress. */
  #task(uid: number) {
    const task = this.#tasks[uid] ?? { type: 'unknown', status: 'failed', askedFor: 0 }
    task.askedFor++
    const error = task.status === 'failed' ? { message: 'told to fail', code: 'internal', type: 'internal', link: '' } : null
    return { uid, type: task.type, status: task.askedFor > 1 ? task.status : 'processing', error }
  }

  #swap(swaps: Swap[]) {
    this.swaps.push(swaps)
    for (const { indexes, rename } of swaps) {
      const [from, to] = indexes
      const [moved, replaced] = [this.indexes.get(from), this.indexes.get(to)]
      if (!moved || Boolean(replaced) === rename) throw new Error('Meilisearch would refuse this swap')
      this.indexes.set(to, moved)
      if (replaced) this.indexes.set(from, replaced)
      else this.indexes.delete(from)
    }
  }

  #search(index: Index, body: Record<string, unknown>) {
    this.searches.push(body)
    const hits = index.documents.slice(0, Number(body.limit)).map((document) => ({
      ...document,
      _formatted: { title: document.title, body: 'Page \uE0001\uE001 of it.' },
    }))
    return { hits, query: body.q, processingTimeMs: 1, limit: body.limit, offset: 0, estimatedTotalHits: hits.length }
  }
}
