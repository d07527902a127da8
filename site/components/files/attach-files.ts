import { TAGS } from '../../../content/money.ts'
import type { Locale } from '../../../content/schema.ts'
import { forget, type Kept, keep, keptFor } from '../../files/kept.ts'
import { sendFile } from '../../files/resumable.ts'

type Row = { item: HTMLElement; file: Kept; stop: AbortController }

/**
 * Takes files for the form around it: chosen, dropped, pasted, from a camera. They go at once, each shows how far it is, and a
 * reload or a lost connection only makes them go on. The form carries their names (`uploads`) and waits for those on their way.
 */
export class AttachFiles extends HTMLElement {
  #rows: Row[] = []
  #sending: Promise<void> | undefined
  /** One after the other: the first answer may bring the cookie by which the others are this browser's, too. */
  #queue: Row[] = []

  connectedCallback() {
    const form = this.closest('form')
    if (!form || this.dataset.ready !== undefined) return
    this.dataset.ready = ''
    for (const hidden of this.querySelectorAll<HTMLElement>('[data-photo], [data-drop-hint], [data-resumes]')) hidden.hidden = false
    for (const input of this.querySelectorAll<HTMLInputElement>('input[type=file]')) {
      const take = () => {
        this.#add(input.files)
        input.value = ''
      }
      input.addEventListener('change', take)
      if (input.files?.length) take() // chosen before this script was there
    }
    this.#takeDrops(form)
    form.addEventListener('paste', ({ clipboardData }) => this.#add(clipboardData?.files))
    // Before anybody else hears of it: whoever sends the form while a file is on its way sends it with that file.
    form.addEventListener('submit', (event) => this.#wait(form, event), { capture: true })
    form.addEventListener('sent', () => void this.#clear())
    this.addEventListener('click', (event) => {
      const item = event.target instanceof Element && event.target.closest('.remove') ? event.target.closest('[data-file]') : null
      const row = this.#rows.find((row) => row.item === item)
      if (row) void this.#remove(row)
    })
    void this.#resume()
  }

  /** The files that will come with the form. */
  get uploads(): string[] {
    return this.#rows.flatMap(({ file }) => file.id ?? [])
  }

  #takeDrops(form: HTMLFormElement) {
    form.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      this.toggleAttribute('data-over', true)
    })
    for (const name of ['dragleave', 'drop'] as const) form.addEventListener(name, () => this.toggleAttribute('data-over', false))
    form.addEventListener('drop', (event) => {
      if (!event.dataTransfer?.files.length) return
      event.preventDefault()
      this.#add(event.dataTransfer.files)
    })
  }

  #add(files: FileList | null | undefined) {
    for (const bytes of files ?? []) {
      const { name, type, size } = bytes
      const about = {
        key: crypto.randomUUID(),
        owner: this.dataset.owner ?? '',
        place: this.#place,
        at: Date.now(),
        url: undefined,
        id: undefined,
      }
      const row = this.#rowFor({ ...about, name, type, size, bytes })
      const isOneTooMany = this.#rows.length > Number(this.dataset.maxFiles)
      if (isOneTooMany) this.#fail(row, this.dataset.tooMany)
      else if (size > Number(this.dataset.maxBytes)) this.#fail(row, this.dataset.tooLarge)
      else void keep(row.file).then(() => this.#send(row))
    }
  }

  /** What was chosen before the page was loaded again. */
  async #resume() {
    const kept = await keptFor(this.dataset.owner ?? '', this.#place)
    if (!kept.length) return
    const waiting = new Set(await waitingUploads())
    for (const file of kept) {
      if (this.querySelector(`input[name=uploads][value="${CSS.escape(file.id ?? '')}"]`)) continue // the page shows it already
      if (file.id ? !waiting.has(file.id) : !file.bytes) await forget(file.key)
      else if (file.id) this.#done(this.#rowFor(file), file.id)
      else this.#send(this.#rowFor(file))
    }
  }

  #send(row: Row) {
    this.#queue.push(row)
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
    })
  }

  async #sendAll() {
    for (let row = this.#queue.shift(); row; row = this.#queue.shift()) await this.#sendOne(row)
  }

  async #sendOne(row: Row) {
    const { file, item, stop } = row
    if (!file.bytes || stop.signal.aborted) return
    const progress = item.querySelector('progress')
    const sent = await sendFile({
      ...{ name: file.name, type: file.type, size: file.size, bytes: file.bytes, url: file.url, signal: stop.signal },
      base: '/api/uploads/resumable',
      headers: () => ({ 'accept-language': document.documentElement.lang }),
      onBegun: (url) => {
        file.url = url
        void keep(file)
      },
      onProgress: (share) => {
        if (progress) progress.value = share
      },
      onConnected: (isConnected) => this.#show(item, '[data-pause]', isConnected ? '' : (this.dataset.paused ?? '')),
    }).catch(() => undefined)
    if (!sent) return // taken off the list meanwhile
    if ('id' in sent) this.#done(row, sent.id)
    else this.#fail(row, sent.refused ?? this.dataset.failed)
  }

  #done(row: Row, id: string) {
    row.item.querySelector('progress')?.remove()
    row.file = { ...row.file, id, bytes: undefined }
    const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'uploads', value: id })
    row.item.append(field)
    void keep(row.file)
    this.#say(this.dataset.added, row.file.name)
  }

  #fail(row: Row, message: string | undefined) {
    row.item.querySelector('progress')?.remove()
    this.#show(row.item, '[data-error]', message ?? '')
    this.#say(`{name}: ${message}`, row.file.name)
    void forget(row.file.key)
  }

  async #remove(row: Row) {
    this.#drop(row)
    this.#say(this.dataset.removed, row.file.name)
    this.querySelector<HTMLElement>('input[type=file]')?.focus()
    const { id, url } = row.file
    // What cannot be taken back now is gone within a day.
    if (id) await fetch(`/api/uploads/${id}`, { method: 'DELETE' }).catch(() => {})
    else if (url) await fetch(url, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } }).catch(() => {})
  }

  #drop(row: Row) {
    row.stop.abort()
    row.item.remove()
    this.#rows = this.#rows.filter((one) => one !== row)
    void forget(row.file.key)
  }

  async #clear() {
    for (const row of [...this.#rows]) this.#drop(row)
    this.querySelector('[data-list]')?.replaceChildren()
  }

  #wait(form: HTMLFormElement, event: SubmitEvent) {
    const sending = this.#sending
    if (!sending) {
      // A page that is left for its answer has sent them; one that answers by script says so itself.
      if (form.dataset.scripted === undefined) for (const { file } of this.#rows) void forget(file.key)
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
    const { submitter } = event
    this.#say(this.dataset.waiting, '')
    void sending.then(() => form.requestSubmit(submitter))
  }

  #rowFor(file: Kept): Row {
    const fragment = this.querySelector('template')?.content.cloneNode(true) as DocumentFragment // what a template holds
    const item = fragment.firstElementChild as HTMLElement // its <li>
    this.#show(item, '[data-name]', file.name)
    this.#show(item, '[data-size]', sizeInWords(file.size))
    item.querySelector('.remove')?.setAttribute('aria-label', (this.dataset.removeLabel ?? '').replace('{name}', file.name))
    const progress = item.querySelector('progress')
    progress?.setAttribute('aria-label', file.name)
    this.querySelector('[data-list]')?.append(fragment)
    const row = { item, file, stop: new AbortController() }
    this.#rows.push(row)
    return row
  }

  #show(item: HTMLElement, place: string, text: string) {
    const found = item.querySelector(place)
    if (found) found.textContent = text
  }

  #say(phrase: string | undefined, name: string) {
    this.#show(this, '[data-said]', (phrase ?? '').replace('{name}', name))
  }

  get #place(): string {
    return `${location.pathname} ${this.id}`
  }
}

async function waitingUploads(): Promise<string[]> {
  try {
    const response = await fetch('/api/uploads?purpose=message')
    const { uploads } = (await response.json()) as { uploads: { id: string }[] }
    return uploads.map(({ id }) => id)
  } catch {
    return []
  }
}

function sizeInWords(bytes: number): string {
  const [unit, value] = bytes < 1_000_000 ? ['kilobyte', Math.max(1, Math.round(bytes / 1000))] : ['megabyte', bytes / 1_000_000]
  const tag = TAGS[document.documentElement.lang as Locale] // what our pages are in
  return new Intl.NumberFormat(tag, { style: 'unit', unit: String(unit), maximumFractionDigits: 1 }).format(Number(value))
}
