import { credentials } from './api.ts'
import { EventParser, type ServerEvent } from './events.ts'

const LONGEST_WAIT_MS = 30_000
/** The server says something every four seconds; silence for longer means that the connection is gone. */
const SILENCE_MS = 15_000

type Listener = { onEvent: (event: ServerEvent) => void; onConnected: (isConnected: boolean) => void }

/**
 * Follows a conversation from `cursor` on, through lost connections, until the returned function is called. It rests while the
 * tab is out of sight: a browser keeps only a few connections open to one server, and other tabs need theirs.
 */
export function follow(reference: string, cursor: string, { onEvent, onConnected }: Listener): () => void {
  const ended = new AbortController()
  let lastId = cursor
  let failures = 0
  void run()
  return () => ended.abort()

  async function run() {
    while (!ended.signal.aborted) {
      await comesTrue(() => !document.hidden, { event: 'visibilitychange', until: ended.signal })
      const isGone = await listen().catch(() => false)
      // Ours no longer: asking again would not change that.
      if (isGone) return
      if (ended.signal.aborted || document.hidden) continue
      failures++
      if (failures > 1) onConnected(false)
      await pause(Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures) * (0.5 + Math.random() / 2), ended.signal)
    }
  }

  async function listen(): Promise<boolean> {
    const silence = new AbortController()
    const hidden = new AbortController()
    const rest = () => document.hidden && hidden.abort()
    document.addEventListener('visibilitychange', rest)
    let watchdog = setTimeout(() => silence.abort(), SILENCE_MS)
    try {
      const headers = { ...credentials(), accept: 'text/event-stream', 'last-event-id': lastId }
      const signal = AbortSignal.any([ended.signal, silence.signal, hidden.signal])
      const response = await fetch(`/api/widget/conversations/${reference}/stream`, { headers, credentials: 'omit', signal })
      if (response.status === 401 || response.status === 404) return true
      if (!response.ok || !response.body) return false
      const parser = new EventParser()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return false
        clearTimeout(watchdog)
        watchdog = setTimeout(() => silence.abort(), SILENCE_MS)
        failures = 0
        onConnected(true)
        for (const event of parser.push(value)) {
          lastId = event.id || lastId
          onEvent(event)
        }
      }
    } finally {
      clearTimeout(watchdog)
      document.removeEventListener('visibilitychange', rest)
    }
  }
}

function comesTrue(condition: () => boolean, { event, until }: { event: string; until: AbortSignal }): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!condition() && !until.aborted) return
      document.removeEventListener(event, look)
      until.removeEventListener('abort', look)
      resolve()
    }
    document.addEventListener(event, look)
    until.addEventListener('abort', look)
    look()
  })
}

/** Shorter when the network comes back or nobody waits any more. */
function pause(ms: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer)
      window.removeEventListener('online', go)
      until.removeEventListener('abort', go)
      resolve()
    }
    const timer = setTimeout(go, ms)
    window.addEventListener('online', go)
    until.addEventListener('abort', go)
  })
}
