import { useEffect, useState } from 'preact/hooks'
import type { Message } from '../../api/widget/view.ts'
import { isShown } from '../../site/files/preview.ts'
import { readFile } from './api.ts'
import type { Files } from './files.ts'
import { Icon } from './Icon.tsx'
import { t } from './setting.ts'

type File = Message['attachments'][number]

/** What came with a message. The token that opens it is in no address, so each is fetched, and saved or shown from there. */
export function Attachments({ files }: { files: File[] }) {
  if (!files.length) return null
  return (
    <ul class="bubble-files" aria-label={t('files.attached')}>
      {files.map((file) => (
        <Attachment key={file.id} file={file} />
      ))}
    </ul>
  )
}

function Attachment({ file }: { file: File }) {
  const [picture, setPicture] = useState<string>()

  useEffect(() => {
    if (isShown(file)) void readFile(file.id).then((blob) => blob && asDataUrl(blob).then(setPicture))
  }, [file.id])

  async function save() {
    const blob = await readFile(file.id)
    if (!blob) return
    const url = URL.createObjectURL(blob)
    Object.assign(document.createElement('a'), { href: url, download: file.name }).click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  }

  return (
    <li>
      {picture && <img src={picture} alt="" />}
      <button type="button" class="text-button file" aria-label={t('files.save', { name: file.name })} onClick={() => void save()}>
        {file.name}
      </button>
    </li>
  )
}

/** What is to come with the next message, and how far it is. */
export function Chosen({ files: { files, remove }, isWaiting }: { files: Files; isWaiting: boolean }) {
  return (
    <div class="chosen">
      {files.length > 0 && (
        <ul aria-label={t('files.attached')}>
          {files.map((file) => (
            <li key={file.key}>
              <span class="file">{file.name}</span>
              {file.id === undefined && !file.error && <progress max={1} value={file.share} aria-label={file.name} />}
              <button type="button" class="icon-button" aria-label={t('files.remove', { name: file.name })} onClick={() => remove(file)}>
                <Icon name="close" />
              </button>
              {file.error && (
                <span class="small" role="alert">
                  {file.error}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <p class="small quiet" role="status">
        {isWaiting && files.length > 0 ? t('files.waiting') : ''}
      </p>
    </div>
  )
}

/** The frame's policy takes pictures from here or out of an address of their own. */
function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result)))
    reader.readAsDataURL(blob)
  })
}
