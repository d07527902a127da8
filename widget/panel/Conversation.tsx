import { useEffect, useRef, useState } from 'preact/hooks'
import type { GivenRating, Message } from '../../api/widget/view.ts'
import { Attachments, Chosen } from './Attachments.tsx'
import { Bar } from './Bar.tsx'
import type { Files } from './files.ts'
import { focusView } from './focus.ts'
import { Icon } from './Icon.tsx'
import { Introduction } from './Introduction.tsx'
import { Problem } from './Problem.tsx'
import { Rating } from './Rating.tsx'
import { setting, t } from './setting.ts'
import type { Loading, Outgoing } from './thread.ts'

type Props = {
  /** Undefined until the first message has made one. */
  reference: string | undefined
  loading: Loading
  outgoing: Outgoing[]
  isConnected: boolean
  /** What is being written; kept while one looks elsewhere. */
  draft: string
  onDraft: (text: string) => void
  files: Files
  /** The article that was no help. */
  about: { slug: string; title: string } | undefined
  onSend: (message: Outgoing) => void
  onRated: (rating: GivenRating | null) => void
  onRetry: () => void
  onBack: () => void
}

export function Conversation({
  reference,
  loading,
  outgoing,
  isConnected,
  draft,
  onDraft,
  files,
  about,
  onSend,
  onRated,
  onRetry,
  onBack,
}: Props) {
  const thread = loading.step === 'there' ? loading.thread : undefined
  const messages = thread?.messages ?? []
  const field = useRef<HTMLTextAreaElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [isOurs, setOurs] = useState(false)
  const [isWaiting, setWaiting] = useState(false)
  const [owned, setOwned] = useState('')

  useEffect(focusView, [loading.step])
  const isSolved = thread?.status === 'resolved' || thread?.status === 'closed'

  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight
  }, [messages.length, outgoing.length, loading.step, isSolved])

  // What is sent while a file is on its way goes with that file.
  useEffect(() => {
    if (isWaiting && !files.isSending) send()
  }, [isWaiting, files.isSending])

  function send() {
    const text = draft.trim()
    if (!text) return field.current?.focus()
    setWaiting(files.isSending)
    if (files.isSending) return
    setOurs(true)
    onDraft('')
    onSend({
      key: crypto.randomUUID(),
      to: reference,
      text,
      uploads: files.take(),
      article: about?.slug,
      owned: owned || undefined,
      problem: undefined,
    })
    field.current?.focus()
  }

  /** Enter sends where there are keys for a new line too; the half-chosen letter of an input method is not sent. */
  function sendOnEnter(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || !matchMedia('(pointer: fine)').matches) return
    event.preventDefault()
    send()
  }

  return (
    <main class="view" aria-label={setting.company}>
      <Bar onBack={onBack}>
        <h1 class="bar-heading" tabindex={-1}>
          {thread ? thread.subject : reference ? t('conversation.title', { reference }) : t('conversation.new')}
        </h1>
        {thread && (
          <p class="small quiet">
            {t('conversation.title', { reference: thread.reference })} · {thread.label}
          </p>
        )}
      </Bar>
      <div class="scroll scroll--thread" ref={list}>
        {loading.step === 'loading' && <Skeleton />}
        {loading.step === 'refused' && <Problem problem={loading.problem} onRetry={onRetry} />}
        {loading.step === 'new' && (
          <>
            <p class="note">{t('conversation.hello')}</p>
            {about && <p class="note">{t('conversation.about', { title: about.title })}</p>}
            <OwnedChoice chosen={owned} onChoose={setOwned} />
          </>
        )}
        <ol class="thread" aria-label={t('conversation.messages')}>
          {messages.map((message, index) => (
            <Bubble key={message.number} message={message} before={messages[index - 1]} after={messages[index + 1]} />
          ))}
          {outgoing.map((message) => (
            <li class="bubble bubble--ours bubble--outgoing" key={message.key}>
              <p class="bubble-text">{message.text}</p>
              {message.problem ? (
                <p class="bubble-foot" role="alert">
                  <strong>{t('conversation.not-sent')}</strong> {message.problem.errors?.text ?? message.problem.title}{' '}
                  <button type="button" class="text-button" onClick={() => onSend(message)}>
                    {t('retry')}
                  </button>
                </p>
              ) : (
                <p class="bubble-foot">{t('conversation.sending')}</p>
              )}
            </li>
          ))}
        </ol>
        {isOurs && thread && messages.length === 1 && <p class="note">{t('conversation.started')}</p>}
        {isOurs && thread && !thread.introduced && <Introduction />}
        {thread && isSolved && <Rating key={thread.reference} reference={thread.reference} rating={thread.rating} onRated={onRated} />}
      </div>
      {!isConnected && (
        <p class="strip" role="status">
          {t('conversation.reconnecting')}
        </p>
      )}
      {thread?.status === 'closed' && <p class="strip">{t('conversation.closed')}</p>}
      {loading.step !== 'refused' && (
        <form
          class="writing"
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault()
            files.add(event.dataTransfer?.files)
          }}
          onSubmit={(event) => {
            event.preventDefault()
            send()
          }}
        >
          <Chosen files={files} isWaiting={isWaiting} />
          <label class="icon-button attach">
            <Icon name="clip" />
            <input
              class="visually-hidden"
              type="file"
              multiple
              aria-label={t('files.choose')}
              onChange={(event) => {
                files.add(event.currentTarget.files)
                event.currentTarget.value = ''
              }}
            />
          </label>
          <textarea
            ref={field}
            class="input"
            rows={1}
            maxLength={10_000}
            aria-label={t('conversation.text')}
            placeholder={t('conversation.placeholder')}
            value={draft}
            onInput={(event) => onDraft(event.currentTarget.value)}
            onKeyDown={sendOnEnter}
            onPaste={(event) => files.add(event.clipboardData?.files)}
          />
          <button type="submit" class="icon-button send" aria-label={t('conversation.send')} aria-disabled={!draft.trim()}>
            <Icon name="send" />
          </button>
        </form>
      )}
    </main>
  )
}

type ChoiceProps = { chosen: string; onChoose: (reference: string) => void }

/** For who is signed in at the portal and owns something. */
function OwnedChoice({ chosen, onChoose }: ChoiceProps) {
  if (!setting.owned.length) return null
  return (
    <p class="field">
      <label for="owned">{t('conversation.owned')}</label>
      <select class="input" id="owned" value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{t('conversation.owned-none')}</option>
        {setting.owned.map(({ reference, name }) => (
          <option key={reference} value={reference}>
            {name}
          </option>
        ))}
      </select>
    </p>
  )
}

type BubbleProps = { message: Message; before: Message | undefined; after: Message | undefined }

function Bubble({ message, before, after }: BubbleProps) {
  const { author, authorName, text, at, attachments } = message
  const isOurs = author === 'customer'
  return (
    <li class={isOurs ? 'bubble bubble--ours' : 'bubble'}>
      {before && day(before.at) === day(at) ? null : <p class="day">{day(at)}</p>}
      <p class={isOurs || inOneBreath(before, message) ? 'visually-hidden' : 'bubble-head'}>
        {isOurs ? t('conversation.you') : authorName}
      </p>
      <p class="bubble-text">{text}</p>
      <Attachments files={attachments} />
      <p class={inOneBreath(message, after) ? 'visually-hidden' : 'bubble-foot'}>
        <time dateTime={new Date(at).toISOString()}>{time.format(at)}</time>
      </p>
    </li>
  )
}

/** Said by the same person, one right after the other: name and time once are enough for the eye. */
function inOneBreath(first: Message | undefined, second: Message | undefined): boolean {
  return Boolean(first && second && first.authorName === second.authorName && second.at - first.at < 3 * 60_000)
}

const tag = setting.locale === 'en' ? 'en-GB' : 'da-DK'
const time = new Intl.DateTimeFormat(tag, { timeStyle: 'short' })
const date = new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long' })

function day(at: number): string {
  const now = Date.now()
  if (date.format(at) === date.format(now)) return t('conversation.today')
  return date.format(at) === date.format(now - 86_400_000) ? t('conversation.yesterday') : date.format(at)
}

function Skeleton() {
  return (
    <div class="thread" aria-busy="true">
      <p class="bubble bubble--ours">
        <span class="bubble-text skeleton">…</span>
      </p>
      <p class="bubble">
        <span class="bubble-text skeleton">…</span>
      </p>
    </div>
  )
}
