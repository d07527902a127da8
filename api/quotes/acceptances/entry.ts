import { randomBytes } from 'node:crypto'
import { canonicalJson, sha256 } from '../../platform/canonical-json.ts'
import type { Stroke } from '../signature.ts'

/** What the first entry names as the one before it. */
export const GENESIS = '0'.repeat(64)

/** Who accepted, as they said it and from where. The salt keeps a guessed name from being tried against the hash. */
export type Person = { name: string; purchaseOrder: string; signature: Stroke[]; address: string; salt: string }

/** One entry of the log. Its hash covers all of it, and so all before it. */
export type Entry = {
  kind: 'accepted' | 'undone'
  reference: string
  revision: number
  /** Of the canonical JSON of the version, as the buyer had chosen it. */
  documentHash: string
  personHash: string
  termsVersion: string
  /** ISO 8601. */
  at: string
  previous: string
}

export type SealedEntry = { entry: string; hash: string; person: string }

type Facts = Omit<Entry, 'personHash' | 'previous' | 'at'> & { at: number; person: Omit<Person, 'salt'> }

/** The entry that follows `previous`, in the one spelling that its hash is of. */
export function sealEntry({ person: who, at, ...facts }: Facts, previous: string): SealedEntry {
  const person = canonicalJson({ ...who, salt: randomBytes(16).toString('hex') })
  const entry: Entry = { ...facts, personHash: sha256(person), at: new Date(at).toISOString(), previous }
  const text = canonicalJson(entry)
  return { entry: text, hash: sha256(text), person }
}

/** As it stands in the database. */
export type LoggedEntry = {
  entry: string
  hash: string
  previous: string
  kind: string
  revision: number
  documentHash: string
  at: number
  document: string | null
  person: string | null
}

/** What is wrong with an entry that should follow the one with the hash `previous`; undefined when nothing is. */
export function mistakeIn(logged: LoggedEntry, previous: string): string | undefined {
  const { entry, hash, document, person } = logged
  const said = JSON.parse(entry) as Entry // by sealEntry, or whoever changed it: then the hash tells
  if (sha256(entry) !== hash) return 'it is not what its hash names'
  if (said.previous !== previous || logged.previous !== previous) return 'it does not follow the entry before it'
  if (said.kind !== logged.kind || said.revision !== logged.revision || said.documentHash !== logged.documentHash)
    return 'its columns say something else'
  if (Date.parse(said.at) !== logged.at) return 'its columns say another time'
  // What was forgotten on request cannot be compared, and need not be.
  if (document !== null && sha256(document) !== said.documentHash) return 'its document was changed'
  if (person !== null && sha256(person) !== said.personHash) return 'who accepted was changed'
  return undefined
}
