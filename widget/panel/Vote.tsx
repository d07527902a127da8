import { useEffect, useRef, useState } from 'preact/hooks'
import { rateArticle } from './api.ts'
import { t } from './setting.ts'

type Step = 'asking' | 'why' | 'thanks'

/** Whether an article helped, and if not, why. */
export function Vote({ article }: { article: string }) {
  const [step, setStep] = useState<Step>('asking')
  const [why, setWhy] = useState('')
  const [isUnsent, setIsUnsent] = useState(false)

  const field = useRef<HTMLTextAreaElement>(null)
  const said = useRef<HTMLParagraphElement>(null)

  // The button that was pressed is gone: go on where it leads.
  useEffect(() => {
    if (step === 'why') field.current?.focus()
    if (step === 'thanks') said.current?.focus()
  }, [step])

  async function say(helpful: boolean, next: Step) {
    const answer = await rateArticle(article, helpful, why)
    setIsUnsent(!answer.ok)
    if (answer.ok) setStep(next)
  }

  return (
    <div class="aside">
      {step === 'asking' && (
        <>
          <strong>{t('article.helpful')}</strong>
          <div class="votes">
            <button type="button" class="button button--quiet" onClick={() => say(true, 'thanks')}>
              {t('article.yes')}
            </button>
            <button type="button" class="button button--quiet" onClick={() => say(false, 'why')}>
              {t('article.no')}
            </button>
          </div>
        </>
      )}
      {step === 'why' && (
        <>
          <label class="why">
            <strong>{t('article.why')}</strong>
            <textarea
              class="input"
              ref={field}
              rows={2}
              maxLength={2000}
              value={why}
              onInput={({ currentTarget }) => setWhy(currentTarget.value)}
            />
          </label>
          <button type="button" class="button button--quiet" onClick={() => say(false, 'thanks')}>
            {t('article.send')}
          </button>
        </>
      )}
      <p class="small quiet" role="status" ref={said} tabIndex={-1}>
        {isUnsent ? t('article.unsent') : step === 'thanks' ? t('article.thanks') : ''}
      </p>
    </div>
  )
}
