import type { ComponentChildren } from 'preact'
import { askToClose } from './host.ts'
import { Icon } from './Icon.tsx'
import { t } from './setting.ts'

/** Above every view but the first: the way back, what this is, the way out. */
export function Bar({ onBack, children }: { onBack: () => void; children?: ComponentChildren }) {
  return (
    <header class="bar">
      <button type="button" class="icon-button" aria-label={t('back')} onClick={onBack}>
        <Icon name="back" />
      </button>
      <div class="bar-title">{children}</div>
      <CloseButton />
    </header>
  )
}

export function CloseButton() {
  return (
    <button type="button" class="icon-button" aria-label={t('close')} onClick={askToClose}>
      <Icon name="close" />
    </button>
  )
}
