import { type Ref, useEffect, useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import styles from './drop-zone.module.css'

/** A hint for the chooser only; containers that browsers do not count as video are named. The server decides. */
const ACCEPT = 'video/*,audio/*,.mkv,.mxf,.mts,.m2ts,.ts,.vob,.flv'

interface DropZoneProps {
  ref: Ref<HTMLInputElement>
  onFiles: (files: File[]) => void
}

/** Takes files by chooser, keyboard, or by dropping them anywhere on the page. */
export function DropZone({ ref, onFiles }: DropZoneProps) {
  const over = usePageDrop(onFiles)
  return (
    <label className={styles.zone} data-over={over}>
      <input
        ref={ref}
        className={styles.input}
        type="file"
        multiple
        accept={ACCEPT}
        data-testid="file-input"
        aria-labelledby="drop-lead"
        aria-describedby="drop-hint"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])])
          // So that the same file can be chosen again.
          event.currentTarget.value = ''
        }}
      />
      <span className={styles.icon}>
        <Icon name="upload" sizePx={20} />
      </span>
      <span className={styles.words}>
        <span id="drop-lead" className={styles.lead}>
          {over ? 'Drop to upload' : 'Drop videos here, or '}
          {!over && <span className={styles.action}>choose files</span>}
        </span>
        <span id="drop-hint" className={styles.hint}>
          MP4, MOV, MKV, WebM and whatever else holds video. Any size.
        </span>
      </span>
    </label>
  )
}

function usePageDrop(onFiles: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const drag = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      // Only leaving the window has no element that is entered instead.
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(false)
      onFiles([...(event.dataTransfer?.files ?? [])])
    }
    window.addEventListener('dragenter', drag)
    window.addEventListener('dragover', drag)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', drag)
      window.removeEventListener('dragover', drag)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [onFiles])
  return over
}
