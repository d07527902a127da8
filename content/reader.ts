import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

/** Reads files of one folder, remembering each mistake and the bytes seen. */
export class Reader {
  readonly mistakes: string[] = []
  readonly #hash = createHash('sha256')
  readonly #folder: string
  constructor(folder: string) {
    this.#folder = folder
  }

  list(subfolder: string, ending: string): string[] {
    const path = join(this.#folder, subfolder)
    if (!existsSync(path)) return []
    return readdirSync(path)
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => join(subfolder, name))
  }

  read(file: string, folder = this.#folder): string | undefined {
    try {
      const text = readFileSync(join(folder, file), 'utf8')
      this.#hash.update(`${file}\0${text}\0`)
      return text
    } catch {
      this.mistakes.push(`${file}: expected this file in ${folder}`)
      return undefined
    }
  }

  yaml<T>(file: string, schema: z.ZodType<T>, folder?: string): T | undefined {
    const text = this.read(file, folder)
    return text === undefined ? undefined : this.parse(file, text, schema)
  }

  /** `firstLine` is where in the file the YAML begins, for front matter. */
  parse<T>(file: string, text: string, schema: z.ZodType<T>, firstLine = 1): T | undefined {
    const lines = new LineCounter()
    const document = parseDocument(text, { lineCounter: lines })
    const line = (offset: number) => lines.linePos(offset).line + firstLine - 1
    for (const error of document.errors) this.mistakes.push(`${file}:${line(error.pos[0])}: ${error.message.split('\n')[0]}`)
    if (document.errors.length) return undefined

    const parsed = schema.safeParse(document.toJS())
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue.path
      this.mistakes.push(`${file}:${line(offsetOf(document, path))}: ${path.join('.') || 'the file'}: ${issue.message}`)
    }
    return undefined
  }

  hasFile(file: string): boolean {
    return existsSync(join(this.#folder, file))
  }

  version(): string {
    return this.#hash.digest('hex').slice(0, 16)
  }
}

/** Where the field stands, or the nearest thing around it when it is missing. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = depth ? document.getIn(path.slice(0, depth), true) : document.contents
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}
