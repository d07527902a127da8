import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

const FORMAT = /^[A-Za-z0-9_-]{43}$/

/** 32 random bytes, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function isToken(text: string | undefined): text is string {
  return text !== undefined && FORMAT.test(text)
}

/** What is stored of a secret. SHA-256 suffices for 256 random bits; what people choose goes through argon2id instead. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** Six digits, for people to type. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0')
}

/** Salted with what it belongs to: a million codes are too few to be hashed bare. */
export function hashCode(code: string, belongsTo: string): string {
  return hashToken(`${belongsTo}\0${code}`)
}

export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

const READABLE = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A public name such as `Q-7K3M9Q`: no 0/O, 1/I/L or U, so it can be read aloud and spells nothing. */
export function newReference(letter: 'Q' | 'T' | 'B' | 'O' | 'P' | 'N'): string {
  return `${letter}-${Array.from({ length: 6 }, () => READABLE[randomInt(READABLE.length)]).join('')}`
}

export const REFERENCE = /^[QTB]-[2-9A-HJKMNP-TV-Z]{6}$/
