import { hash, verify } from '@node-rs/argon2'

// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } // argon2id is the library's default

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST)
}

const nobodys = hashPassword('a password that nobody has')

/** Takes as long for an address nobody has as for one that somebody has. */
export async function isPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  const right = await verify(passwordHash ?? (await nobodys), password.normalize('NFKC'))
  return right && Boolean(passwordHash)
}
