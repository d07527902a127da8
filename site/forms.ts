export type ProblemAnswer = {
  type: string
  status: number
  title: string
  detail: string
  errors: Record<string, string>
  [fact: string]: unknown
}

/** The problem that the API answered with, in the reader's language. */
export async function problemOf(response: { json(): Promise<unknown>; status: number }): Promise<ProblemAnswer> {
  const problem = (await response.json()) as Partial<ProblemAnswer> // RFC 9457, from our own API
  return { title: '', detail: '', errors: {}, ...problem, type: (problem.type ?? '').replace('/problems/', ''), status: response.status }
}

/** A text field of a form; empty when it was not sent. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

/** Where to go after signing in: a path of ours, or `otherwise`. "//host" and "\\host" lead elsewhere. */
export function ownPath(path: string | null | undefined, otherwise: string): string {
  return path && /^\/(?![/\\])[^\\\s]*$/.test(path) ? path : otherwise
}

/** A number of a form; null in JSON, and so asked for, when there is none. */
export function numberOf(form: FormData, name: string): number {
  return Number(textOf(form, name).trim() || Number.NaN)
}
