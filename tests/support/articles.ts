import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** A copy of the test company's content that a test may write in. */
export async function contentToEdit() {
  const folder = await mkdtemp(join(tmpdir(), 'torv-content-'))
  await cp(resolve('tests/support/content'), folder, { recursive: true })
  return {
    folder,
    /** An article, its front matter line by line; what is not given is as short as may be. */
    async article(file: string, frontMatter: Record<string, string> = {}, text = 'Words.') {
      const fields = { title: file, summary: `About ${file}`, topic: 'faults', ...frontMatter }
      const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
      await mkdir(dirname(join(folder, 'articles', file)), { recursive: true })
      await writeFile(join(folder, 'articles', `${file}.md`), `---\n${lines.join('\n')}\n---\n${text}\n`)
    },
    async edit(file: string, from: string, to: string) {
      const path = join(folder, file)
      const text = await readFile(path, 'utf8')
      if (!text.includes(from)) throw new Error(`${file} does not hold "${from}"`)
      await writeFile(path, text.replace(from, to))
    },
    remove: (file: string) => rm(join(folder, file)),
    clear: () => rm(folder, { recursive: true }),
  }
}
