import { existsSync, statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDb } from '../../api/platform/db.ts'
import { migrate } from '../../api/platform/migrate.ts'
import { startSqld } from './sqld.ts'

/** Far more than a run of the tests writes. */
const ROOM_BYTES = 2 * 2 ** 30

/**
 * Vitest's global set-up: a folder for all that a run writes, in memory where there is room (each write is waited for until it is on the
 * disk, which is most of what the tests would do), and in it a database at the newest schema for every Torv to begin with.
 */
export default async function room() {
  const folder = await mkdtemp(join(inMemory() ?? tmpdir(), 'torv-tests-'))
  process.env.TMPDIR = folder
  if (process.env.TEST_DATABASE === 'server') process.env.EMPTY_SERVER = await emptyServer()
  else process.env.EMPTY_DATABASE = await emptyFile(folder)
  return () => rm(folder, { recursive: true, force: true })
}

async function emptyFile(folder: string): Promise<string> {
  const file = join(folder, 'empty.db')
  await migrated(file)
  return file
}

/** The folder of a libSQL server that has ended. */
async function emptyServer(): Promise<string> {
  const server = await startSqld()
  await migrated(server.url)
  await server.end()
  return server.folder
}

async function migrated(url: string) {
  const db = await openDb(url)
  await migrate(db)
  await db.close()
}

function inMemory(): string | undefined {
  const folder = '/dev/shm'
  if (!existsSync(folder)) return undefined
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize > ROOM_BYTES ? folder : undefined
}
