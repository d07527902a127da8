import { extractText, getDocumentProxy } from 'unpdf'

/** What a reader finds on each page of a PDF, with every run of spaces as one. */
export async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  // It takes the bytes with it, so it gets some of its own.
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)))
  return text.map(spaced)
}

export async function textOf(pdf: Uint8Array): Promise<string> {
  return (await pagesOf(pdf)).join(' ')
}

/** An amount or a sentence as `pagesOf` would show it. */
export function spaced(text: string): string {
  return text.replace(/[\s\u00a0\u202f]+/g, ' ').trim()
}
