/** A file that was chosen for a form and is not sent along yet; `bytes` until the server has all of them. */
export type Kept = {
  key: string
  /** Who chose it, as the page marks them; what somebody else left in this browser is no concern of the one after. */
  owner: string
  /** The form it is for. */
  place: string
  name: string
  type: string
  size: number
  at: number
  bytes: Blob | undefined
  /** Where it was begun. */
  url: string | undefined
  /** What the server calls it once it is there. */
  id: string | undefined
}

const DAY_MS = 24 * 60 * 60_000

/**
 * What of a form's files is still wanted after a reload. What is old, or was chosen by somebody who has signed out since, goes. Where a
 * browser keeps nothing (a private window may not), files just go.
 */
export async function keptFor(owner: string, place: string): Promise<Kept[]> {
  const all = await asked('readonly', (store) => store.getAll() as IDBRequest<Kept[]>)
  const isWanted = (one: Kept) => one.owner === owner && !isOld(one)
  for (const one of all ?? []) if (!isWanted(one)) await forget(one.key)
  return (all ?? []).filter((one) => isWanted(one) && one.place === place).sort((a, b) => a.at - b.at)
}

export async function keep(file: Kept) {
  await asked('readwrite', (store) => store.put(file))
}

export async function forget(key: string) {
  await asked('readwrite', (store) => store.delete(key))
}

/** The server keeps it no longer, either. */
function isOld({ at }: Kept): boolean {
  return Date.now() - at > DAY_MS
}

async function asked<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  try {
    const db = await opened()
    return await settled(ask(db.transaction('files', mode).objectStore('files')))
  } catch {
    return undefined
  }
}

let database: Promise<IDBDatabase> | undefined

function opened(): Promise<IDBDatabase> {
  database ??= (() => {
    const opening = indexedDB.open('torv-files', 1)
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('files', { keyPath: 'key' }))
    return settled(opening)
  })()
  return database
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}
