type Waiting = { file: File; row: HTMLElement }

/** Sends files as soon as they are chosen, dropped or pasted, one after the other, and shows how far each is. */
export function takeFiles(root: HTMLElement) {
  const form = root.closest('form')
  const [list, template, said] = [one(root, '[data-list]'), root.querySelector('template'), one(root, '[data-said]')]
  if (!form || !list || !template) return
  const queue: Waiting[] = []
  let sending: Promise<void> | undefined
  root.dataset.ready = ''

  for (const hidden of root.querySelectorAll<HTMLElement>('[data-photo], [data-drop-hint]')) hidden.hidden = false
  for (const button of root.querySelectorAll<HTMLElement>('[data-send]')) button.hidden = true
  for (const input of root.querySelectorAll<HTMLInputElement>('input[type=file]')) {
    const take = () => {
      add(input.files)
      input.value = ''
    }
    input.addEventListener('change', take)
    if (input.files?.length) take() // chosen before this script was there
  }

  const drop = one(root, '[data-drop]')
  form.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    drop?.setAttribute('data-over', '')
  })
  for (const name of ['dragleave', 'drop'] as const) form.addEventListener(name, () => drop?.removeAttribute('data-over'))
  form.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    add(event.dataTransfer.files)
  })
  document.addEventListener('paste', ({ clipboardData }) => add(clipboardData?.files))

  root.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button.remove') : null
    const row = button?.closest<HTMLElement>('[data-file]')
    if (!button || !row) return
    event.preventDefault()
    void remove(button, row)
  })

  // Whoever sends the form while a file is on its way sends it with that file.
  form.addEventListener('submit', (event) => {
    if (!sending) return
    event.preventDefault()
    const { submitter } = event
    void sending.then(() => form.requestSubmit(submitter))
  })

  function add(files: FileList | null | undefined) {
    for (const file of files ?? []) {
      const row = rowFor(file)
      if (file.size > Number(root.dataset.maxBytes)) fail(row, root.dataset.tooLarge ?? '')
      else queue.push({ file, row })
    }
    sending ??= sendAll().finally(() => {
      sending = undefined
    })
  }

  async function sendAll() {
    // One at a time: the first answer may bring the cookie by which the others are this browser's, too.
    for (let next = queue.shift(); next; next = queue.shift()) await send(next)
  }

  async function send({ file, row }: Waiting) {
    const progress = row.querySelector('progress')
    const answer = await upload(file, (share) => {
      if (progress) progress.value = share
    })
    if (!row.isConnected) return // taken off the list meanwhile
    if ('id' in answer) {
      progress?.remove()
      const button = row.querySelector('button')
      if (button) Object.assign(button, { type: 'submit', value: `remove-file:${answer.id}` })
      fill(row, answer.name, answer.size)
      say(root.dataset.added, answer.name)
    } else {
      fail(row, answer.message ?? root.dataset.failed ?? '')
    }
  }

  async function remove(button: HTMLButtonElement, row: HTMLElement) {
    const name = one(row, '[data-name]')?.textContent ?? ''
    const id = /^remove-file:(.+)$/.exec(button.value)?.[1]
    if (id) {
      const answer = await fetch(`/api/uploads/${id}`, { method: 'DELETE' }).catch(() => undefined)
      if (!answer?.ok && answer?.status !== 404) return fail(row, root.dataset.failed ?? '')
    }
    row.remove()
    say(root.dataset.removed, name)
    root.querySelector<HTMLElement>('input[type=file]')?.focus()
  }

  function rowFor(file: File): HTMLElement {
    const row = template?.content.cloneNode(true) as DocumentFragment // what a template holds
    const item = row.firstElementChild as HTMLElement // its <li>
    fill(item, file.name, file.size)
    list?.append(row)
    return item
  }

  function fill(row: HTMLElement, name: string, size: number) {
    const [shown, bytes] = [one(row, '[data-name]'), one(row, '[data-size]')]
    if (shown) shown.textContent = name
    if (bytes) bytes.textContent = sizeInWords(size)
    row.querySelector('button')?.setAttribute('aria-label', (root.dataset.removeLabel ?? '').replace('{name}', name))
  }

  function fail(row: HTMLElement, message: string) {
    row.querySelector('progress')?.remove()
    const place = one(row, '[data-error]')
    if (place) place.textContent = message
    say(`{name}: ${message}`, one(row, '[data-name]')?.textContent ?? '')
  }

  function say(phrase: string | undefined, name: string) {
    if (said) said.textContent = (phrase ?? '').replace('{name}', name)
  }
}

type Answer = { id: string; name: string; size: number } | { message: string | undefined }

/** `fetch` does not tell how far a body has come; this does. */
function upload(file: File, onProgress: (share: number) => void): Promise<Answer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const about = new URLSearchParams({ name: file.name, purpose: 'quote', locale: document.documentElement.lang })
    request.open('POST', `/api/uploads?${about}`)
    request.setRequestHeader('content-type', file.type || 'application/octet-stream')
    request.responseType = 'json'
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total ? loaded / total : 1))
    request.addEventListener('load', () => {
      if (request.status === 201) resolve(request.response)
      else resolve({ message: request.response?.errors?.file ?? request.response?.detail })
    })
    request.addEventListener('error', () => resolve({ message: undefined }))
    request.send(file)
  })
}

function sizeInWords(bytes: number): string {
  const [unit, value] = bytes < 1_000_000 ? ['kilobyte', Math.max(1, Math.round(bytes / 1000))] : ['megabyte', bytes / 1_000_000]
  const tag = document.documentElement.lang === 'da' ? 'da-DK' : 'en-GB'
  return new Intl.NumberFormat(tag, { style: 'unit', unit: String(unit), maximumFractionDigits: 1 }).format(Number(value))
}

function one(root: HTMLElement, selector: string): HTMLElement | null {
  return root.querySelector<HTMLElement>(selector)
}
