import { createCipheriv, createDecipheriv, createHash, randomFillSync } from 'node:crypto'

/** Bytes of the block: what makes it new each time, then the id, then the mark of the subject. */
const [SALT, ID, MARK] = [4, 6, 6]

/**
 * A position in the event log as others may see it: one AES block of the id and a mark of the subject. It says nothing of how
 * many events there are, and does not open for another subject. The same position never looks the same: one that did would tell
 * a customer, by changing, that staff wrote a note.
 */
export function sealCursor(secret: Buffer, id: number, subject: string): string {
  const block = Buffer.alloc(SALT + ID + MARK)
  randomFillSync(block, 0, SALT)
  block.writeUIntBE(id, SALT, ID)
  markOf(subject).copy(block, SALT + ID)
  const cipher = createCipheriv('aes-256-ecb', secret, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url')
}

/** The id, or undefined for what we did not seal for this subject. */
export function openCursor(secret: Buffer, cursor: string, subject: string): number | undefined {
  if (!/^[A-Za-z0-9_-]{22}$/.test(cursor)) return undefined
  const decipher = createDecipheriv('aes-256-ecb', secret, null).setAutoPadding(false)
  const block = Buffer.concat([decipher.update(Buffer.from(cursor, 'base64url')), decipher.final()])
  return block.subarray(SALT + ID).equals(markOf(subject)) ? block.readUIntBE(SALT, ID) : undefined
}

function markOf(subject: string): Buffer {
  return createHash('sha256').update(subject).digest().subarray(0, MARK)
}
