import { ActionIcon } from '@mantine/core'
import { useState } from 'react'
import { ownOrigin } from '../api/own-origin.ts'
import type { Asset } from '../api/schema.ts'
import { formatAge } from '../format/format-age.ts'
import { formatDuration } from '../format/format-duration.ts'
import { CopyIconButton } from '../shell/copy-button.tsx'
import { Icon } from '../shell/icon.tsx'
import { StateDot } from '../shell/state-dot.tsx'
import styles from './asset-row.module.css'
import { ASSET_TONES, sourceText, stateText } from './describe-asset.ts'

interface AssetRowProps {
  asset: Asset
  onOpen: () => void
  onDelete: () => void
}

export function AssetRow({ asset, onOpen, onDelete }: AssetRowProps) {
  const createdAtMs = Date.parse(asset.createdAt)
  const facts = sourceText(asset)
  return (
    <li className={styles.row} data-testid="asset-row" data-state={asset.state} data-asset-id={asset.id}>
      <button type="button" className={styles.open} onClick={onOpen}>
        <Thumbnail poster={asset.playback?.poster ?? null} durationMs={asset.durationMs} />
        <span className={styles.text}>
          <span className={styles.title}>{asset.title}</span>
          {asset.failure !== null ? (
            <span className={styles.failure}>{asset.failure.message}</span>
          ) : (
            facts !== '' && <span className={styles.facts}>{facts}</span>
          )}
        </span>
      </button>
      <span className={styles.state} data-testid="asset-state">
        <StateDot tone={ASSET_TONES[asset.state]} />
        {stateText(asset)}
      </span>
      <time
        className={styles.age}
        dateTime={asset.createdAt}
        title={new Date(createdAtMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
      >
        {formatAge(createdAtMs, Date.now())}
      </time>
      <span className={styles.actions}>
        {asset.playback !== null && (
          <>
            <ActionIcon
              component="a"
              href={ownOrigin(asset.playback.page)}
              target="_blank"
              rel="noreferrer"
              variant="subtle"
              color="gray"
              size={30}
              aria-label={`Open the watch page of ${asset.title} in a new tab`}
              title="Open the watch page"
            >
              <Icon name="open" />
            </ActionIcon>
            <CopyIconButton text={asset.playback.page} name={`Copy the link to ${asset.title}`} title="Copy the link" />
          </>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          size={30}
          aria-label={`Delete ${asset.title}`}
          title="Delete"
          onClick={onDelete}
        >
          <Icon name="trash" />
        </ActionIcon>
      </span>
    </li>
  )
}

function Thumbnail({ poster, durationMs }: { poster: string | null; durationMs: number | null }) {
  // Each answer of the API carries a new token; the picture that is already there is kept.
  const [kept, setKept] = useState(poster)
  const [broken, setBroken] = useState<string | null>(null)
  const source = kept ?? poster
  if (source !== kept) setKept(source)
  const shown = source !== null && source !== broken
  return (
    <span className={styles.thumbnail}>
      {shown ? (
        <img
          src={ownOrigin(source)}
          alt=""
          loading="lazy"
          onError={() => {
            // The kept token may have run out: the newest gets a chance before the place stays empty.
            setBroken(source)
            setKept(poster)
          }}
        />
      ) : (
        <Icon name="film" sizePx={18} />
      )}
      {durationMs !== null && (
        <span className={styles.duration}>
          <span className="visually-hidden">Duration </span>
          {formatDuration(durationMs)}
        </span>
      )}
    </span>
  )
}
