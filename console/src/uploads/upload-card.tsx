import { Button } from '@mantine/core'
import { useRef } from 'react'
import { formatBytes } from '../format/format-bytes.ts'
import { wholePercent } from '../format/format-percent.ts'
import { AssetLinks } from '../library/asset-links.tsx'
import { Player } from '../player/player.tsx'
import { useServices } from '../services.tsx'
import { Icon } from '../shell/icon.tsx'
import { StateDot, type StateTone } from '../shell/state-dot.tsx'
import { describeUpload, type UploadState } from './describe-upload.ts'
import styles from './upload-card.module.css'
import { needsThisPage, type UploadItem } from './upload-item.ts'

const TONES: Record<UploadState, StateTone> = {
  waiting: 'idle',
  sending: 'busy',
  storing: 'busy',
  processing: 'busy',
  ready: 'ok',
  failed: 'bad',
  cancelled: 'idle',
}

/** One file on its way: its three legs, what can be done about it, and in the end the player in the same place. */
export function UploadCard({ item, onDismiss }: { item: UploadItem; onDismiss: () => void }) {
  const { api, uploads } = useServices()
  const view = describeUpload(item)
  const { name, size } = item.file
  const endButton = useRef<HTMLButtonElement>(null)
  const cancellable = needsThisPage(item)
  // A long film plays before it is ready.
  const shown = view.state === 'ready' || view.state === 'processing'
  const playback = shown ? (item.asset?.playback ?? null) : null
  const halted = view.state === 'failed'
  const legs = view.state !== 'ready' && view.state !== 'cancelled' && !(halted && view.sent === 0)
  const retryable = halted || view.state === 'cancelled'

  function retry() {
    uploads.retry(item.key)
    // The button that had the focus goes away.
    endButton.current?.focus()
  }

  return (
    <li className={styles.card} data-testid="upload-card" data-state={view.state} data-asset-id={item.ticket?.asset.id}>
      <div className={styles.head}>
        <div className={styles.file}>
          <span className={styles.name} title={name}>
            {name}
          </span>
          <span className={styles.size}>{formatBytes(size)}</span>
        </div>
        <span className={styles.state} data-testid="upload-state">
          <StateDot tone={TONES[view.state]} />
          {view.label}
        </span>
        <span className={styles.actions}>
          {retryable && (
            <Button
              key="retry"
              size="compact-sm"
              variant="default"
              leftSection={<Icon name="retry" sizePx={14} />}
              aria-label={`Retry ${name}`}
              onClick={retry}
            >
              Retry
            </Button>
          )}
          {/* One button for both, so that it keeps the focus when the file gets on by itself. */}
          <Button
            key="end"
            ref={endButton}
            size="compact-sm"
            variant="default"
            aria-label={cancellable ? `Cancel ${name}` : `Take ${name} off this list`}
            onClick={() => (cancellable ? uploads.cancel(item.key) : onDismiss())}
          >
            {cancellable ? 'Cancel' : 'Dismiss'}
          </Button>
        </span>
      </div>

      {item.problem !== null && halted && (
        <p className={styles.problem} data-testid="upload-error">
          {item.problem.message} <code>{item.problem.code}</code>
        </p>
      )}

      {legs && (
        <div className={styles.legs}>
          <Leg label="Sent" file={name} share={view.sent} halted={halted} />
          <Leg label="Stored" file={name} share={view.stored} halted={halted} />
          <Leg label="Encoding" file={name} share={view.encoded} halted={halted} />
        </div>
      )}
      {view.hint !== null && <p className={styles.hint}>{view.hint}</p>}

      {playback !== null && item.asset !== null && (
        <>
          <Player
            title={item.asset.title}
            playback={playback}
            renew={async () => (item.ticket === null ? null : (await api.asset(item.ticket.asset.id)).playback)}
          />
          <AssetLinks title={item.asset.title} page={playback.page} />
        </>
      )}
    </li>
  )
}

interface LegProps {
  label: string
  file: string
  share: number
  halted: boolean
}

function Leg({ label, file, share, halted }: LegProps) {
  const percent = wholePercent(share)
  return (
    <div className={styles.leg} data-leg={label.toLowerCase()} data-halted={halted}>
      <span className={styles.legLabel} aria-hidden="true">
        {label} <span className={styles.percent}>{percent === 0 ? '–' : `${percent} %`}</span>
      </span>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={`${label}: ${file}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div className={styles.fill} style={{ transform: `scaleX(${share})` }} />
      </div>
    </div>
  )
}
