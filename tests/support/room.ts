import { existsSync, statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDb } from '../../api/platform/db.ts'
import { migrate } from '../../api/platform/migrate.ts'

/** Far more than a run of the tests writes. */
const ROOM_BYTES = 2 * 2 ** 30

/**
 * Vitest's global set-up: a folder for all that a run writes, in memory where there is room (each write is waited for until it is on the
 * disk, which is most of what the tests would do), and in it a database at the newest schema for every Torv to begin with.
 */
export default async function room() {
  const folder = await mkdtemp(join(inMemory() ?? tmpdir(), 'torv-tests-'))
  process.env.TMPDIR = folder
  process.env.EMPTY_DATABASE = join(folder, 'empty.db')
  const db = await openDb(process.env.EMPTY_DATABASE)
  await migrate(db)
  await db.close()
  return () => rm(folder, { recursive: true, force: true })
}

function inMemory(): string | undefined {
  const folder = '/dev/shm'
  if (!existsSync(folder)) return undefined
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize > ROOM_BYTES ? folder : undefined
}
