import { Modal } from '@mantine/core'
import type { Asset } from '../api/schema.ts'
import { formatDuration } from '../format/format-duration.ts'
import { Player } from '../player/player.tsx'
import { useServices } from '../services.tsx'
import { AssetLinks } from './asset-links.tsx'
import { ladderText, sourceText, stateText } from './describe-asset.ts'
import styles from './dialog.module.css'
import { ProcessAgain } from './process-again.tsx'
import { useLast } from './use-last.ts'

/** One video of the library: the player when it is ready, why not when it failed, and the facts. */
export function AssetDialog({ asset, onClose }: { asset: Asset | null; onClose: () => void }) {
  const shown = useLast(asset)
  return (
    <Modal opened={asset !== null} onClose={onClose} title={shown?.title} size={760}>
      {shown !== null && asset !== null && <Details asset={shown} />}
    </Modal>
  )
}

function Details({ asset }: { asset: Asset }) {
  const { api } = useServices()
  return (
    <div className={styles.body} data-testid="asset-dialog">
      {asset.playback !== null && (
        <>
          <Player
            title={asset.title}
            playback={asset.playback}
            renew={async () => (await api.asset(asset.id)).playback}
          />
          <AssetLinks title={asset.title} page={asset.playback.page} />
        </>
      )}
      {asset.failure !== null && <p className={styles.error}>{asset.failure.message}</p>}
      <dl className={styles.facts}>
        {factsOf(asset).map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <dt>Id</dt>
        <dd>
          <code>{asset.id}</code>
        </dd>
      </dl>
      {asset.source !== null && <ProcessAgain asset={asset} />}
    </div>
  )
}

function factsOf(asset: Asset): [name: string, value: string][] {
  const { source, failure, durationMs } = asset
  const facts: [string, string | undefined][] = [
    ['State', stateText(asset)],
    ['Reason', failure?.reason],
    ['Duration', durationMs === null ? undefined : formatDuration(durationMs)],
    ['Source', sourceText(asset)],
    ['File', source?.fileName],
    ['Renditions', ladderText(asset)],
    ['Added', new Date(asset.createdAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })],
  ]
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '')
}
