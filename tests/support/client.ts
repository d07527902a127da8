import type { createApp } from '../../api/app.ts'

/** A browser as far as the API can tell: it keeps cookies and says which page it comes from. */
export class Client {
  readonly #app: ReturnType<typeof createApp>
  readonly #origin: string
  readonly #address: string
  readonly cookies = new Map<string, string>()

  constructor(app: ReturnType<typeof createApp>, origin: string, address = '192.0.2.1') {
    this.#app = app
    this.#origin = origin
    this.#address = address
  }

  get(path: string, headers: Record<string, string> = {}) {
    return this.request('GET', path, undefined, headers)
  }

  post(path: string, json: unknown = {}, headers: Record<string, string> = {}) {
    return this.request('POST', path, json, headers)
  }

  put(path: string, json: unknown, headers: Record<string, string> = {}) {
    return this.request('PUT', path, json, headers)
  }

  patch(path: string, json: unknown, headers: Record<string, string> = {}) {
    return this.request('PATCH', path, json, headers)
  }

  /** Sends a file as a browser's script would: one, as it is, as the body. */
  upload(
    name: string,
    bytes: Uint8Array<ArrayBuffer> | string,
    { type = '', purpose = 'quote', headers = {} as Record<string, string> } = {},
  ) {
    const body = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    return this.request('POST', `/api/uploads?${new URLSearchParams({ name, purpose })}`, body, {
      'content-type': type,
      'content-length': String(body.length),
      ...headers,
    })
  }

  delete(path: string, headers: Record<string, string> = {}) {
    return this.request('DELETE', path, undefined, headers)
  }

  /** `headers` win over what is sent by itself; an empty value leaves a header out. */
  async request(method: string, path: string, json: unknown, headers: Record<string, string>): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = {
      origin: this.#origin,
      ...(cookie && { cookie }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    }
    const init = {
      method,
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== '')),
      ...(json !== undefined && {
        body: typeof json === 'string' || json instanceof Uint8Array ? new Blob([json as Uint8Array<ArrayBuffer>]) : JSON.stringify(json),
      }),
    }
    const response = await this.#app.request(path, init, { incoming: { socket: { remoteAddress: this.#address } } })
    for (const header of response.headers.getSetCookie()) this.#keep(header)
    return response
  }

  #keep(header: string) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
    if (value) this.cookies.set(name, value)
    else this.cookies.delete(name)
  }
}
