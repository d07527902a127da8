import type { TargetedSubmitEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { GivenRating } from '../../api/widget/view.ts'
import { type Refusal, rate } from './api.ts'
import { t } from './setting.ts'

const SCORES = [1, 2, 3, 4, 5]

/** What was begun of an answer, by conversation: it is kept when the conversation goes on, or another is looked at. */
const drafts = new Map<string, { score: number; comment: string }>()

type Props = { reference: string; rating: GivenRating | null; onRated: (rating: GivenRating | null) => void }

/** How we did, once the conversation is solved: one question with five neutral answers, which can be changed for a day. */
export function Rating({ reference, rating, onRated }: Props) {
  const [isAsking, setAsking] = useState(!rating)
  const [isAnswered, setAnswered] = useState(false)
  const [problem, setProblem] = useState<Refusal>()
  const said = useRef<HTMLParagraphElement>(null)
  const first = useRef<HTMLInputElement>(null)

  // The button that was pressed is gone: go on where it leads.
  useEffect(() => {
    if (isAnswered && !isAsking) said.current?.focus()
  }, [isAnswered, isAsking])
  useEffect(() => {
    if (isAsking && rating) first.current?.focus()
  }, [isAsking])

  async function send(event: TargetedSubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const answer = await rate(reference, answerIn(form))
    if (!answer.ok) return setProblem(answer.problem)
    setProblem(undefined)
    drafts.delete(reference)
    onRated(answer.value.rating)
    setAsking(false)
    setAnswered(true)
  }

  if (rating && !isAsking) {
    return (
      <div class="rating">
        <p role="status" ref={said} tabIndex={-1}>
          <strong>{t('rating.thanks')}</strong> {rating.score} · {t(`rating.score.${rating.score}`)}
        </p>
        {Date.now() < rating.changeableUntil && (
          <button type="button" class="text-button" onClick={() => setAsking(true)}>
            {t('rating.change')}
          </button>
        )}
      </div>
    )
  }
  const begun = drafts.get(reference) ?? rating
  return (
    <form class="rating" onInput={({ currentTarget }) => drafts.set(reference, answerIn(new FormData(currentTarget)))} onSubmit={send}>
      <fieldset>
        <legend>{t('rating.question')}</legend>
        <div class="scale">
          {SCORES.map((score) => (
            <label key={score}>
              <input
                class="visually-hidden"
                type="radio"
                name="score"
                value={score}
                required
                defaultChecked={begun?.score === score}
                ref={score === (begun?.score || 1) ? first : null}
              />
              {score} <span class={score === 1 || score === 5 ? 'end' : 'visually-hidden'}>{t(`rating.score.${score}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label class="why">
        {t('rating.comment')}
        <textarea class="input" name="comment" rows={2} maxLength={2000} defaultValue={begun?.comment} />
      </label>
      {problem && <p role="alert">{problem.errors?.score ?? problem.title}</p>}
      <button type="submit" class="button button--quiet">
        {t('rating.send')}
      </button>
    </form>
  )
}

function answerIn(form: FormData) {
  return { score: Number(form.get('score')), comment: String(form.get('comment')) }
}
