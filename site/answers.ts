import type { APIContext } from 'astro'
import { readAnswers } from '../api/catalog/selector.ts'
import { torv } from './api.ts'

/** By question, as they stand in an address. */
export type SaidAnswers = Record<string, string>

const COOKIE = 'torv-answers'
const MAX_BYTES = 2_000
const MONTH_S = 30 * 24 * 60 * 60

type Visit = Pick<APIContext, 'cookies' | 'locals'>

/** The answers this browser takes along to a quote request; those that can no longer be given are dropped. */
export function takenAnswers({ cookies, locals }: Visit): SaidAnswers | undefined {
  const { selector } = locals.content
  const kept = selector && readAnswers(selector, Object.fromEntries(new URLSearchParams(cookies.get(COOKIE)?.value)))
  const answers = Object.entries(kept?.answers ?? {}).map(([id, answer]) => [id, String(answer)])
  return answers.length ? Object.fromEntries(answers) : undefined
}

export function takeAnswers({ cookies }: Pick<Visit, 'cookies'>, answers: SaidAnswers) {
  const value = new URLSearchParams(answers).toString()
  if (value && value.length <= MAX_BYTES) cookies.set(COOKIE, value, { ...place(), maxAge: MONTH_S })
}

export function forgetAnswers({ cookies }: Pick<Visit, 'cookies'>) {
  cookies.delete(COOKIE, place())
}

/** The selector's page with these answers, at the next question, or at the one named. */
export function choosePath(answers: SaidAnswers, at?: string): string {
  const query = new URLSearchParams({ ...answers, ...(at && { at }) }).toString()
  return `/choose${query && `?${query}`}#question`
}

function place() {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: torv().config.publicUrl.startsWith('https:') } as const
}
