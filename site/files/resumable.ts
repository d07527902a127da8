/** What of a file is told before its bytes. */
export type Named = { name: string; type: string; size: number }
export type Sent = { id: string } | { refused: string | undefined }

type Sending = Named & {
  bytes: Blob
  /** Where files begin: "/api/uploads/resumable". */
  base: string
  /** How every request says who asks, and in which language. */
  headers: () => Record<string, string>
  /** Where it was begun before, if it was. */
  url: string | undefined
  onBegun: (url: string) => void
  /** The share that has arrived, from 0 to 1. */
  onProgress: (share: number) => void
  /** The connection is gone, or back. */
  onConnected: (isConnected: boolean) => void
  signal: AbortSignal
}

type Answer = { status: number; headers: (name: string) => string | null; body: unknown }

const TUS = { 'tus-resumable': '1.0.0' }
/** What is lost at most when a connection breaks without a word. */
const PIECE_BYTES = 4_000_000
const LONGEST_WAIT_MS = 20_000

/**
 * Sends a file however often the connection breaks: tus 1.0.0 (https://tus.io/protocols/resumable-upload), as far as
 * api/files/resumable.ts speaks it. Ends when the file is there, when it is refused, or when nobody wants it any more.
 */
export async function sendFile(sending: Sending): Promise<Sent> {
  let { url } = sending
  for (let failures = 0; ; failures++) {
    sending.signal.throwIfAborted()
    try {
      const answer = url ? await goOn(url, sending) : await begin(sending)
      sending.onConnected(true)
      if (!answer) return { id: url?.split('/').at(-1) ?? '' }
      if (answer.status === 201) {
        url = answer.headers('location') ?? ''
        sending.onBegun(url)
        failures = -1
        continue
      }
      // It has expired, or was never ours: once more from the beginning.
      if (answer.status === 404 && failures < 2) url = undefined
      else if (!isPassing(answer.status)) return { refused: reasonOf(answer) }
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      sending.onConnected(false)
    }
    await pause(Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures), sending.signal)
  }
}

/** Undefined once the whole file is there; otherwise what stood in its way. */
async function goOn(url: string, sending: Sending): Promise<Answer | undefined> {
  const asked = await request('HEAD', url, sending)
  if (asked.status !== 200) return asked
  let offset = Number(asked.headers('upload-offset'))
  do {
    const piece = sending.bytes.slice(offset, offset + PIECE_BYTES)
    const from = offset
    const answer = await request('PATCH', url, sending, {
      headers: { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      body: piece,
      onProgress: (loaded) => sending.onProgress((from + loaded) / sending.size),
    })
    if (answer.status !== 204) return answer
    offset = Number(answer.headers('upload-offset'))
  } while (offset < sending.size)
  return undefined
}

function begin(sending: Sending): Promise<Answer> {
  const said = { filename: sending.name, filetype: sending.type, purpose: 'message' }
  const metadata = Object.entries(said).map(([key, value]) => `${key} ${base64(value)}`)
  return request('POST', sending.base, sending, {
    headers: { 'upload-length': String(sending.size), 'upload-metadata': metadata.join(',') },
  })
}

class ConnectionLost extends Error {}

type Call = { headers?: Record<string, string>; body?: Blob; onProgress?: (loaded: number) => void }

/** `fetch` does not tell how far a body has come; this does. */
function request(
  method: string,
  url: string,
  { headers: ours, signal }: Sending,
  { headers, body, onProgress }: Call = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest()
    call.open(method, url)
    for (const [name, value] of Object.entries({ ...TUS, ...ours(), ...headers })) call.setRequestHeader(name, value)
    call.upload.addEventListener('progress', ({ loaded }) => onProgress?.(loaded))
    call.addEventListener('load', () =>
      resolve({ status: call.status, headers: (name) => call.getResponseHeader(name), body: parsed(call.responseText) }),
    )
    call.addEventListener('error', () => reject(new ConnectionLost()))
    call.addEventListener('abort', () => reject(signal.reason))
    signal.addEventListener('abort', () => call.abort(), { once: true })
    call.send(body ?? null)
  })
}

/** Of what says that it will pass, it is asked again; so is of two senders of one file the one that was refused. */
function isPassing(status: number): boolean {
  return status === 409 || status === 429 || status >= 500
}

function reasonOf({ body }: Answer): string | undefined {
  const problem = body as { errors?: Record<string, string>; detail?: string } | undefined // RFC 9457
  return problem?.errors?.file ?? problem?.detail
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** Shorter when the network comes back or nobody waits any more. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer)
      removeEventListener('online', go)
      resolve()
    }
    const timer = setTimeout(go, ms)
    addEventListener('online', go)
    signal.addEventListener('abort', go, { once: true })
  })
}
