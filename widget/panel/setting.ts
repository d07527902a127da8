import type { FrameData } from '../../api/widget/frame.ts'
import { translator } from '../../content/phrases.ts'

/** What the frame's document says of the company and the site. */
export const setting = JSON.parse(document.getElementById('data')?.textContent ?? '') as FrameData // written by api/widget/frame.ts

const { locale, strings } = setting
const phrases = translator({ strings: { en: strings, da: strings } }, locale)

/** The panel's phrases: `t('home.write')` is `widget.home.write`. */
export function t(key: string, values?: Record<string, string | number>): string {
  return phrases(`widget.${key}`, values)
}
