import { Button, Modal } from '@mantine/core'
import type { Asset } from '../api/schema.ts'
import styles from './dialog.module.css'
import { useLast } from './use-last.ts'
import { useDeleteAsset } from './use-library.ts'

interface DeleteDialogProps {
  /** The asset in question; null while the dialog is closed. */
  asset: Asset | null
  onClose: () => void
  onDeleted: () => void
}

/** Asks once, with the way back focused: Enter alone deletes nothing. */
export function DeleteDialog({ asset, onClose, onDeleted }: DeleteDialogProps) {
  const deletion = useDeleteAsset()
  const shown = useLast(asset)

  function close() {
    deletion.reset()
    onClose()
  }

  return (
    <Modal opened={asset !== null} onClose={close} title="Delete this video?" centered size={420}>
      <p className={styles.text}>
        <strong>{shown?.title}</strong> and everything made from it are removed from the server. Links and embeds of it
        stop working.
      </p>
      {deletion.isError && (
        <p className={styles.error} role="alert">
          {deletion.error.message}
        </p>
      )}
      <div className={styles.buttons}>
        <Button variant="default" data-autofocus onClick={close}>
          Keep it
        </Button>
        <Button
          color="red"
          data-testid="confirm-delete"
          loading={deletion.isPending}
          onClick={() => asset !== null && deletion.mutate(asset.id, { onSuccess: onDeleted })}
        >
          Delete
        </Button>
      </div>
    </Modal>
  )
}
