import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import type { Asset } from '../api/schema.ts'
import { AssetDialog } from './asset-dialog.tsx'
import { AssetRow } from './asset-row.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { EmptyLibrary } from './empty-library.tsx'
import styles from './library.module.css'
import { useLibrary } from './use-library.ts'

/** Everything the project holds, newest first. */
export function Library() {
  const library = useLibrary()
  const heading = useRef<HTMLHeadingElement>(null)
  const [opened, setOpened] = useState<Asset | null>(null)
  const [deleting, setDeleting] = useState<Asset | null>(null)
  const assets = library.data

  return (
    <section aria-labelledby="library-heading">
      <h2 id="library-heading" className={styles.heading} tabIndex={-1} ref={heading}>
        Library
      </h2>
      {library.isError && (
        <div className={styles.error} role="alert">
          <span>{library.error.message}</span>
          <Button size="compact-sm" variant="default" onClick={() => void library.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {library.isPending && <p className={styles.note}>Loading the library…</p>}
      {assets?.length === 0 && <EmptyLibrary />}
      {assets !== undefined && assets.length > 0 && (
        <ul className={styles.list} data-testid="library">
          {assets.map((asset) => (
            <AssetRow
              key={asset.id}
              asset={asset}
              onOpen={() => setOpened(asset)}
              onDelete={() => setDeleting(asset)}
            />
          ))}
        </ul>
      )}
      {library.hasNextPage && (
        <div className={styles.more}>
          <Button
            variant="default"
            size="sm"
            loading={library.isFetchingNextPage}
            onClick={() => void library.fetchNextPage()}
          >
            Load more
          </Button>
        </div>
      )}
      <AssetDialog asset={assets?.find(({ id }) => id === opened?.id) ?? opened} onClose={() => setOpened(null)} />
      <DeleteDialog
        asset={deleting}
        onClose={() => setDeleting(null)}
        onDeleted={() => {
          setDeleting(null)
          // The row that had the focus is gone.
          heading.current?.focus()
        }}
      />
    </section>
  )
}
