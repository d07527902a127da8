import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

/**
 * A position in the event log as others may see it: one AES block of the id and a mark of the subject. It says nothing of how
 * many events there are, and does not open for another subject.
 */
export function sealCursor(secret: Buffer, id: number, subject: string): string {
  const block = Buffer.alloc(16)
  block.writeBigUInt64BE(BigInt(id))
  markOf(subject).copy(block, 8)
  const cipher = createCipheriv('aes-256-ecb', secret, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url')
}

/** The id, or undefined for what we did not seal for this subject. */
export function openCursor(secret: Buffer, cursor: string, subject: string): number | undefined {
  if (!/^[A-Za-z0-9_-]{22}$/.test(cursor)) return undefined
  const decipher = createDecipheriv('aes-256-ecb', secret, null).setAutoPadding(false)
  const block = Buffer.concat([decipher.update(Buffer.from(cursor, 'base64url')), decipher.final()])
  return block.subarray(8).equals(markOf(subject)) ? Number(block.readBigUInt64BE()) : undefined
}

function markOf(subject: string): Buffer {
  return createHash('sha256').update(subject).digest().subarray(0, 8)
}
