import { Button } from '@mantine/core'
import { ownOrigin } from '../api/own-origin.ts'
import { CopyButton } from '../shell/copy-button.tsx'
import { Icon } from '../shell/icon.tsx'
import styles from './asset-links.module.css'

/** The watch page's link: to open here, and to hand to somebody else by its public address. */
export function AssetLinks({ title, page }: { title: string; page: string }) {
  return (
    <div className={styles.links}>
      <Button
        component="a"
        href={ownOrigin(page)}
        target="_blank"
        rel="noreferrer"
        size="compact-sm"
        variant="default"
        leftSection={<Icon name="open" sizePx={14} />}
        aria-label={`Open the watch page of ${title} in a new tab`}
      >
        Watch page
      </Button>
      <CopyButton text={page} label="Copy link" name={`Copy the link to ${title}`} />
      <CopyButton text={embedCode(title, page)} label="Copy embed code" name={`Copy the embed code of ${title}`} />
    </div>
  )
}

function embedCode(title: string, page: string): string {
  const frame = document.createElement('iframe')
  frame.src = page
  frame.title = title
  frame.width = '640'
  frame.height = '360'
  frame.allow = 'autoplay; fullscreen; picture-in-picture'
  frame.style.border = '0'
  return frame.outerHTML
}
