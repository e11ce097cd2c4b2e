import { useEffect, useRef, useState } from 'react'
import { describeUpload, type UploadState } from './describe-upload.ts'
import type { UploadItem } from './upload-item.ts'

const SENTENCES: Record<UploadState, (name: string, problem: string) => string> = {
  waiting: (name) => `${name} is waiting`,
  sending: (name) => `Sending ${name}`,
  storing: (name) => `${name} is sent, the server is storing it`,
  processing: (name) => `${name} is stored and is being prepared`,
  ready: (name) => `${name} is ready to play`,
  failed: (name, problem) => `${name} failed: ${problem}`,
  cancelled: (name) => `${name} was cancelled`,
}

/** Tells screen readers each step of each file, once; numbers that tick are left to the progress bars. */
export function UploadAnnouncer({ items }: { items: readonly UploadItem[] }) {
  const told = useRef(new Map<string, UploadState>())
  const [text, setText] = useState('')

  useEffect(() => {
    const news = items.filter((item) => told.current.get(item.key) !== describeUpload(item).state)
    if (news.length === 0) return
    const sentences = news.map((item) => {
      const { state } = describeUpload(item)
      told.current.set(item.key, state)
      return SENTENCES[state](item.file.name, item.problem?.message ?? '')
    })
    setText(sentences.join('. '))
  }, [items])

  return (
    <div role="status" className="visually-hidden">
      {text}
    </div>
  )
}
