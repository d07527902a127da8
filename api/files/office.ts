import type { Arrived } from './file-store.ts'

const END = 0x06054b50
const ENTRY = 0x02014b50
const END_BYTES = 22
const MAX_COMMENT = 65_535
const MAX_LIST_BYTES = 1_000_000
const MAX_UNPACKED = 300_000_000
/** Documents of words and numbers get ten, at times fifty times smaller; bombs a thousand. */
const MAX_RATIO = 120
const SMALL = 20_000_000

const OPEN_DOCUMENTS = ['application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.spreadsheet']

type Entry = { name: string; unpacked: number; isLocked: boolean }

/** Which office document this archive is, by the list of contents at its end: nothing is unpacked. One with macros is none that we take. */
export async function officeTypeOf(file: Arrived): Promise<string | undefined> {
  const entries = await entriesOf(file)
  if (!entries || entries.some(({ name, isLocked }) => isLocked || /vbaProject\.bin$|^Basic\//i.test(name))) return undefined
  const unpacked = entries.reduce((sum, entry) => sum + entry.unpacked, 0)
  if (unpacked > MAX_UNPACKED || (unpacked > SMALL && unpacked > file.size * MAX_RATIO)) return 'unpacks-too-large'

  const has = (name: string) => entries.some((entry) => entry.name === name)
  if (has('[Content_Types].xml') && has('word/document.xml')) {
    return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  }
  if (has('[Content_Types].xml') && has('xl/workbook.xml')) return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  return openDocumentTypeOf(file)
}

/** OpenDocument says its type in the clear, in the first entry. */
async function openDocumentTypeOf(file: Arrived): Promise<string | undefined> {
  const head = (await file.read(0, 120)).toString('latin1')
  return OPEN_DOCUMENTS.find((type) => head.slice(30).startsWith(`mimetype${type}PK`))
}

async function entriesOf(file: Arrived): Promise<Entry[] | undefined> {
  const tailBytes = Math.min(file.size, END_BYTES + MAX_COMMENT)
  const tail = await file.read(file.size - tailBytes, tailBytes)
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || tail.length < end + END_BYTES || tail.readUInt32LE(end) !== END) return undefined
  const [count, bytes, position] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
  if (bytes > MAX_LIST_BYTES || position + bytes > file.size) return undefined

  const list = await file.read(position, bytes)
  const entries: Entry[] = []
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== ENTRY) return undefined
    const nameBytes = list.readUInt16LE(at + 28)
    entries.push({
      name: list.toString('utf8', at + 46, at + 46 + nameBytes),
      unpacked: list.readUInt32LE(at + 24),
      isLocked: (list.readUInt16LE(at + 8) & 1) === 1,
    })
    at += 46 + nameBytes + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32)
  }
  return entries
}
