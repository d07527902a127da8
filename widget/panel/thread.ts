import { useEffect, useRef, useState } from 'preact/hooks'
import type { GivenRating, Message, Thread } from '../../api/widget/view.ts'
import { type Answer, type Refusal, readThread, startConversation, write } from './api.ts'
import { hostPage } from './host.ts'
import { follow } from './stream.ts'

/** A message on its way: under one key, however often it is sent. Without `to` it begins the conversation. */
export type Outgoing = {
  key: string
  to: string | undefined
  text: string
  uploads: string[]
  article: string | undefined
  /** What they own and it is about, by its reference. */
  owned: string | undefined
  problem: Refusal | undefined
}

export type Loading =
  | { step: 'new' }
  | { step: 'loading'; reference: string }
  | { step: 'there'; thread: Thread }
  | { step: 'refused'; problem: Refusal }

/** One conversation as it goes on: read, followed, written to. Without a reference it begins with the first message. */
export function useThread(reference: string | undefined, onReply: (message: Message) => void, onStarted: (reference: string) => void) {
  const [loading, setLoading] = useState<Loading>({ step: 'new' })
  const [outgoing, setOutgoing] = useState<Outgoing[]>([])
  const [isConnected, setConnected] = useState(true)
  const latest = useRef({ reference, onReply, onStarted })
  latest.current = { reference, onReply, onStarted }
  const queue = useRef(Promise.resolve())
  /** The conversation that the last first message began. */
  const begun = useRef<string | undefined>(undefined)
  const thread = loading.step === 'there' ? loading.thread : undefined

  async function load() {
    if (!reference) {
      begun.current = undefined
      return setLoading({ step: 'new' })
    }
    setLoading({ step: 'loading', reference })
    const answer = await readThread(reference)
    // Another one is looked at by now.
    if (latest.current.reference !== reference) return
    setLoading(answer.ok ? { step: 'there', thread: answer.value } : { step: 'refused', problem: answer.problem })
  }

  // A conversation that was just started is here already.
  useEffect(() => {
    if (reference !== thread?.reference) void load()
  }, [reference])

  useEffect(() => {
    if (!thread) return
    return follow(thread.reference, thread.cursor, {
      onConnected: setConnected,
      onEvent({ name, data }) {
        const known = JSON.parse(data)
        if (name === 'message') receive(known as Message) // as api/tickets/thread.ts writes them
        if (name === 'status') change((thread) => ({ ...thread, ...(known as Pick<Thread, 'status' | 'label'>) }))
      },
    })
  }, [thread?.reference])

  // What could not be sent for want of a connection goes out when there is one.
  useEffect(() => {
    const unsent = outgoing.filter(({ problem }) => problem?.type === 'unreachable')
    if (!unsent.length) return
    const again = () => unsent.forEach(send)
    window.addEventListener('online', again)
    return () => window.removeEventListener('online', again)
  }, [outgoing])

  function receive(message: Message) {
    change((thread) => ({ ...thread, messages: merged(thread.messages, [message]) }))
    if (message.author === 'staff') latest.current.onReply(message)
  }

  function change(how: (thread: Thread) => Thread) {
    setLoading((loading) => (loading.step === 'there' ? { step: 'there', thread: how(loading.thread) } : loading))
  }

  /** One after the other: what is written while the first message is on its way belongs to the conversation that it begins. */
  function send(message: Outgoing) {
    const waiting = { ...message, problem: undefined }
    setOutgoing((all) => [...all.filter(({ key }) => key !== message.key), waiting])
    queue.current = queue.current.then(() => deliver(waiting))
  }

  async function deliver(message: Outgoing) {
    const to = message.to ?? begun.current
    const answer = await sent({ ...message, to })
    if (!answer.ok) {
      const { problem } = answer
      setOutgoing((all) => all.map((one) => (one.key === message.key ? { ...one, problem } : one)))
      return
    }
    const { reference } = answer.value
    setOutgoing((all) => all.filter(({ key }) => key !== message.key).map((one) => (one.to || to ? one : { ...one, to: reference })))
    // Whoever looks at another conversation by now is not called away.
    if (latest.current.reference !== to) return
    if (!to) begun.current = reference
    setLoading((loading) => ({ step: 'there', thread: joined(loading, answer.value) }))
    latest.current.onStarted(reference)
  }

  const rated = (rating: GivenRating | null) => change((thread) => ({ ...thread, rating }))

  return { loading, outgoing: outgoing.filter(({ to }) => to === reference), isConnected, send, rated, retry: load }
}

/** By number, each once: a message may come by the stream and in an answer. */
export function merged(here: Message[], more: Message[]): Message[] {
  const byNumber = new Map([...here, ...more].map((message) => [message.number, message]))
  return [...byNumber.values()].sort((a, b) => a.number - b.number)
}

function joined(loading: Loading, answer: Thread): Thread {
  const isSame = loading.step === 'there' && loading.thread.reference === answer.reference
  return isSame ? { ...answer, messages: merged(loading.thread.messages, answer.messages) } : answer
}

function sent({ key, to, text, uploads, article, owned }: Outgoing): Promise<Answer<Thread>> {
  return to ? write(to, { text, uploads }, key) : startConversation({ text, uploads, article, owned, page: hostPage() }, key)
}
