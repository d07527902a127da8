import type { Upload } from '../../api/files/store.ts'
import type { Locale } from '../../content/schema.ts'
import { isShown } from '../files/preview.ts'
import { fileSize } from '../format.ts'

type Props = { files: Upload[]; locale: Locale; label: string }

/** What came with a message: by name and size, pictures to be seen. Each leaves as a download. */
export function Attachments({ files, locale, label }: Props) {
  if (!files.length) return null
  return (
    <ul class="words-files" aria-label={label}>
      {files.map((file) => (
        <li key={file.id}>
          <a href={`/api/uploads/${file.id}`} download={file.name}>
            {isShown(file) && <img src={`/api/uploads/${file.id}`} alt="" loading="lazy" decoding="async" />}
            <span>{file.name}</span>
          </a>{' '}
          <span class="quiet small tabular">{fileSize(file.size, locale)}</span>
        </li>
      ))}
    </ul>
  )
}
