import { useRef, useState } from 'preact/hooks'
import { sendFile } from '../../site/files/resumable.ts'
import { becomeVisitor, credentials } from './api.ts'
import { t } from './setting.ts'

/** A file that is to come with the next message. */
export type ChosenFile = {
  key: string
  name: string
  share: number
  id: string | undefined
  error: string | undefined
  stop: AbortController
}
export type Files = ReturnType<typeof useFiles>

const MAX_BYTES = 20_000_000

/** Files go as soon as they are chosen, one after the other, and on after a lost connection; the message takes their names along. */
export function useFiles() {
  const [files, setFiles] = useState<ChosenFile[]>([])
  const queue = useRef(Promise.resolve())

  function add(chosen: FileList | null | undefined) {
    for (const file of chosen ?? []) {
      const error = file.size > MAX_BYTES ? t('files.too-large', { mb: MAX_BYTES / 1_000_000 }) : undefined
      const one = { key: crypto.randomUUID(), name: file.name, share: 0, id: undefined, error, stop: new AbortController() }
      setFiles((all) => [...all, one])
      if (!error) queue.current = queue.current.then(() => send(one, file))
    }
  }

  async function send({ key, name, stop }: ChosenFile, bytes: File) {
    const visitor = await becomeVisitor()
    if (!visitor.ok) return change(key, { error: visitor.problem.title })
    const sent = await sendFile({
      ...{ name, type: bytes.type, size: bytes.size, bytes, url: undefined, signal: stop.signal },
      base: '/api/widget/uploads/resumable',
      headers: credentials,
      onBegun: () => {},
      onProgress: (share) => change(key, { share }),
      onConnected: () => {},
    }).catch(() => undefined)
    if (sent) change(key, 'id' in sent ? { id: sent.id } : { error: sent.refused ?? t('files.failed') })
  }

  function change(key: string, how: Partial<ChosenFile>) {
    setFiles((all) => all.map((one) => (one.key === key ? { ...one, ...how } : one)))
  }

  function remove({ key, stop }: ChosenFile) {
    stop.abort()
    setFiles((all) => all.filter((one) => one.key !== key))
  }

  /** The names of those that are there, for the message that is sent now; the list is empty then. */
  function take(): string[] {
    setFiles([])
    return files.flatMap(({ id }) => id ?? [])
  }

  return { files, isSending: files.some(({ id, error }) => !id && !error), add, remove, take }
}
