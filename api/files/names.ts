import type { Translate } from '../../content/phrases.ts'

const MAX_LENGTH = 120

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * A file's name as it may be shown and saved: the last part of a path, without what cannot be seen (some of it turns
 * "exe.gpj" into "jpg.exe" before a reader's eyes) and without what some system forbids. The ending stays when it is shortened.
 */
export function fileName(given: string): string {
  const last = given.toWellFormed().normalize('NFC').replace(UNSEEN, '').split(/[/\\]/).at(-1) ?? ''
  const clean = last
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  const ending = /\.[a-z0-9]{1,5}$/i.exec(clean)?.[0] ?? ''
  const stem = [...clean.slice(0, clean.length - ending.length)].slice(0, MAX_LENGTH - ending.length).join('')
  return `${stem || 'file'}${ending}`
}

/** For a mail: what its message came with, by name. The files themselves are on the page, for whoever may see it. */
export function namesOfFiles(t: Translate, files: { name: string }[]): string[] {
  const names = files.map(({ name }) => name).join(', ')
  return files.length ? [t('files.mail', { n: files.length, names })] : []
}
