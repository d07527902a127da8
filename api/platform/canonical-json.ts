import { createHash } from 'node:crypto'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** JSON with one spelling: members sorted by name, no spaces (RFC 8785; our numbers are integers, where JSON.stringify agrees with it). */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  let members = ''
  for (const name of Object.keys(value).sort()) {
    const inner = value[name]
    if (inner !== undefined) members += `${members && ','}${JSON.stringify(name)}:${canonicalJson(inner)}`
  }
  return `{${members}}`
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
