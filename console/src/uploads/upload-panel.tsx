import { useCallback, useEffect, useRef } from 'react'
import { useServices } from '../services.tsx'
import { DropZone } from './drop-zone.tsx'
import { UploadAnnouncer } from './upload-announcer.tsx'
import { UploadCard } from './upload-card.tsx'
import styles from './upload-panel.module.css'
import { usePageGuard } from './use-page-guard.ts'
import { useUploads } from './use-uploads.ts'

/** Choosing files, and the cards of those on their way. */
export function UploadPanel() {
  const { uploads } = useServices()
  const items = useUploads()
  const chooser = useRef<HTMLInputElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  usePageGuard(items)

  useEffect(() => {
    // Signing in took the form away that had the focus: go on reading here.
    if (document.activeElement === document.body) heading.current?.focus()
  }, [])

  const add = useCallback((files: File[]) => uploads.add(files), [uploads])

  function dismiss(key: string) {
    uploads.dismiss(key)
    // The button that had the focus is gone with its card.
    chooser.current?.focus()
  }

  return (
    <section aria-labelledby="upload-heading" className={styles.panel}>
      <h1 id="upload-heading" className={styles.heading} tabIndex={-1} ref={heading}>
        Upload
      </h1>
      <DropZone ref={chooser} onFiles={add} />
      <UploadAnnouncer items={items} />
      {items.length > 0 && (
        <ul className={styles.list} aria-label="Uploads in this browser">
          {items.map((item) => (
            <UploadCard key={item.key} item={item} onDismiss={() => dismiss(item.key)} />
          ))}
        </ul>
      )}
    </section>
  )
}
