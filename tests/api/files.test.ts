import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FolderStore } from '../../api/files/file-store.ts'
import { fileName } from '../../api/files/names.ts'
import { filesContract } from './files-contract.ts'

describe('a folder of files', () => filesContract(openFolder))

describe('only a folder of files', () => {
  test('takes up again what a process left half removed', async () => {
    const { store, folder, stop } = await openFolder()
    const { sha256 } = await store.put(from('half removed'))
    const path = join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
    await rename(path, `${path}.by-a-process-that-died.leaving`)
    expect(await store.get(sha256)).toBeUndefined() // or there would be nothing to take up

    const found: string[] = []
    for await (const file of store.list()) found.push(file.sha256)

    expect(found).toEqual([sha256])
    expect(await store.get(sha256)).toBeDefined()
    expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.leaving'))).toEqual([])
    await stop()
  })

  test('asks for nothing but hashes', async () => {
    const { store, stop } = await openFolder()
    await expect(store.get('../../secret')).rejects.toThrow('Not the name')
    await stop()
  })
})

test.each([
  ['photo of my boiler.jpg', 'photo of my boiler.jpg'],
  ['C:\\Users\\Ada\\plan.pdf', 'plan.pdf'],
  ['../../etc/passwd.txt', 'passwd.txt'],
  ['annexe\u202egpj.pdf', 'annexegpj.pdf'],
  ['line\r\nend.txt', 'lineend.txt'],
  ['"><img src=x onerror=__xss()>.png', '___img src=x onerror=__xss()_.png'],
  ['.htaccess', 'htaccess'],
  ['blåbærgrød 🍇.csv', 'blåbærgrød 🍇.csv'],
  [`${'å'.repeat(300)}.pdf`, `${'å'.repeat(116)}.pdf`],
  ['...', 'file'],
])('the name %j is kept as %j', (given, kept) => {
  expect(fileName(given)).toBe(kept)
})

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'torv-files-'))
  return { store: new FolderStore(folder), folder, stop: () => rm(folder, { recursive: true, force: true }) }
}

async function* from(text: string) {
  yield Buffer.from(text)
}
