import type { Refusal } from './api.ts'
import { t } from './setting.ts'

/** What happened, what is kept, and the way on. */
export function Problem({ problem, onRetry }: { problem: Refusal; onRetry: () => void }) {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{problem.title}</strong>
      </p>
      <p>{problem.detail}</p>
      <button type="button" class="button button--quiet" onClick={onRetry}>
        {t('retry')}
      </button>
    </div>
  )
}
