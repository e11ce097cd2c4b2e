import { useEffect } from 'react'
import { wholePercent } from '../format/format-percent.ts'
import { describeUpload } from './describe-upload.ts'
import { needsThisPage, type UploadItem } from './upload-item.ts'

const TITLE = 'Reeldock'

/** Asks before the page is left while files still need it, and shows their progress in the tab's title. */
export function usePageGuard(items: readonly UploadItem[]): void {
  const open = items.filter(needsThisPage)
  const busy = open.length > 0

  useEffect(() => {
    if (!busy) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [busy])

  const totalBytes = open.reduce((sum, { file }) => sum + file.size, 0)
  const storedBytes = open.reduce((sum, item) => sum + item.file.size * describeUpload(item).stored, 0)
  const title = totalBytes === 0 ? TITLE : `${wholePercent(storedBytes / totalBytes)} % · ${TITLE}`
  useEffect(() => {
    document.title = title
  }, [title])
}
