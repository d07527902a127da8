import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torv-demo-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs `bin/demo.ts` until it has said that, or has ended, and kills it then. */
function demoUntil(said: string): Promise<{ output: string; code: number | null }> {
  const child = spawn('node', ['bin/demo.ts'], { env: { ...process.env, DATA_DIR: folder }, stdio: 'pipe' })
  let output = ''
  const hear = (chunk: Buffer) => {
    output += chunk
    if (output.includes(said)) child.kill('SIGKILL')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return new Promise((done) => child.once('close', (code) => done({ output, code })))
}

test('a demo that was killed while it was made up is made anew', async () => {
  expect((await demoUntil(' 1 %')).code).toBeNull()
  expect(existsSync(join(folder, 'torv.db'))).toBe(true)
  await writeFile(join(folder, 'left-over'), 'of the first attempt')

  const { output } = await demoUntil(' 1 %')

  expect(output).toContain('made anew')
  expect(await readdir(folder)).not.toContain('left-over')
})

test('a folder with anything else in it is left as it is', async () => {
  await writeFile(join(folder, 'torv.db'), 'of somebody')

  const { output, code } = await demoUntil('Making up')

  expect(code).toBe(1)
  expect(output).toContain('no demo')
  expect(await readdir(folder)).toEqual(['torv.db'])
})
