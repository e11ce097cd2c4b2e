import { useSyncExternalStore } from 'react'
import { useServices } from '../services.tsx'
import type { UploadItem } from './upload-item.ts'

/** The files of this browser, newest first; renders again whenever one of them gets on. */
export function useUploads(): readonly UploadItem[] {
  const { uploads } = useServices()
  return useSyncExternalStore(uploads.subscribe, uploads.items)
}
