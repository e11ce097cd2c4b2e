import { ActionIcon, Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'
import { Icon } from './icon.tsx'

const SHOWN_MS = 2_000

interface CopyProps {
  text: string
  /** Accessible name: what is copied. */
  name: string
}

/** Copies a text and says whether it worked, visibly and to screen readers. */
export function CopyButton({ text, name, label }: CopyProps & { label: string }) {
  const { said, copied, copy } = useCopy(text)
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={name}
        leftSection={<Icon name={copied ? 'check' : 'copy'} sizePx={14} />}
        onClick={copy}
      >
        {said === '' ? label : said}
      </Button>
      <Said text={said} />
    </>
  )
}

/** CopyButton where there is room for an icon only. */
export function CopyIconButton({ text, name, title }: CopyProps & { title: string }) {
  const { said, copied, copy } = useCopy(text)
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={30}
        aria-label={name}
        title={said === '' ? title : said}
        onClick={copy}
      >
        <Icon name={copied ? 'check' : said === '' ? 'link' : 'alert'} />
      </ActionIcon>
      <Said text={said} />
    </>
  )
}

function Said({ text }: { text: string }) {
  return (
    <span role="status" className="visually-hidden">
      {text}
    </span>
  )
}

function useCopy(text: string) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null)

  useEffect(() => {
    if (outcome === null) return
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [outcome])

  return {
    said: outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Copying was refused' : '',
    copied: outcome === 'copied',
    copy: () => void copyText(text).then((copied) => setOutcome(copied ? 'copied' : 'refused')),
  }
}
