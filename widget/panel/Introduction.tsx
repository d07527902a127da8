import type { TargetedSubmitEvent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { introduce, type Refusal } from './api.ts'
import { t } from './setting.ts'

const THANKS_MS = 8000

type Progress = { step: 'asking' } | { step: 'sending' } | { step: 'refused'; problem: Refusal } | { step: 'saved' } | { step: 'skipped' }

/** Asks kindly, once, after the first message. Nothing depends on the answer. */
export function Introduction() {
  const [progress, setProgress] = useState<Progress>({ step: 'asking' })

  async function save(event: TargetedSubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setProgress({ step: 'sending' })
    const answer = await introduce({ name: String(form.get('name')), email: String(form.get('email')) })
    setProgress(answer.ok ? { step: 'saved' } : { step: 'refused', problem: answer.problem })
  }

  // Said once, it need not stand there for the rest of the conversation.
  useEffect(() => {
    if (progress.step !== 'saved') return
    const timer = setTimeout(() => setProgress({ step: 'skipped' }), THANKS_MS)
    return () => clearTimeout(timer)
  }, [progress])

  if (progress.step === 'skipped') return null
  if (progress.step === 'saved') return <p role="status" class="note">{t('contact.saved')}</p> // biome-ignore format: one line reads better
  const errors = progress.step === 'refused' ? progress.problem.errors : undefined
  return (
    <form class="introduction" noValidate onSubmit={save} aria-busy={progress.step === 'sending'}>
      <h2>{t('contact.title')}</h2>
      <p class="small quiet">{t('contact.hint')}</p>
      <div class="fields">
        <Field name="name" error={errors?.name} />
        <Field name="email" error={errors?.email} />
      </div>
      {progress.step === 'refused' && !errors && <p role="alert">{progress.problem.title}</p>}
      <p class="buttons">
        <button type="submit" class="button">
          {t('contact.save')}
        </button>
        <button type="button" class="button button--quiet" onClick={() => setProgress({ step: 'skipped' })}>
          {t('contact.skip')}
        </button>
      </p>
    </form>
  )
}

type FieldProps = { name: 'name' | 'email'; error: string | undefined }

function Field({ name, error }: FieldProps) {
  return (
    <p class="field">
      <label for={name}>{t(`contact.${name}`)}</label>
      <input
        class="input"
        id={name}
        name={name}
        inputmode={name === 'email' ? 'email' : 'text'}
        autocomplete={name}
        aria-invalid={Boolean(error)}
        aria-describedby={`${name}-error`}
      />
      <span class="field-error" id={`${name}-error`} role="alert">
        {error}
      </span>
    </p>
  )
}
