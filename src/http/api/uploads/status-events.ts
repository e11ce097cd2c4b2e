import { isOpen, type Upload } from '../../../core/uploads/upload.ts'
import type { Services } from '../../services.ts'
import { statusDocument } from './status-document.ts'
import type { UploadStatus } from './upload-schema.ts'

/** No reader is told more often than this, and bytes on their way, of which nobody sends word, are looked for as often. */
const SHORTEST_GAP_MS = 250
const LOOK_EVERY_MS = 1_000
/** Proxies close what is silent for long. */
const SIGN_OF_LIFE_MS = 15_000

/**
 * The upload's status as server-sent events, one for each change, until nothing more will change or `signal` aborts.
 * Reads nothing while its consumer does not.
 */
export async function* statusEvents(upload: Upload, services: Services, signal: AbortSignal): AsyncGenerator<string> {
  const { uploads, clock } = services
  let hasChanged = false
  let wake = (): void => undefined
  const pause = (durationMs: number, isOver: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(durationMs, () => resolve())
      wake = () => {
        if (!isOver()) return
        cancel()
        resolve()
      }
      wake()
    })
  const onAbort = (): void => wake()
  signal.addEventListener('abort', onAbort)
  const unsubscribe = uploads.subscribe(upload.id, () => {
    hasChanged = true
    wake()
  })
  try {
    let told = ''
    let toldAtMs = clock.now()
    while (!signal.aborted) {
      hasChanged = false
      const status = await currentStatus(upload, services)
      const text = JSON.stringify(status)
      if (text !== told) {
        told = text
        toldAtMs = clock.now()
        yield `event: status\ndata: ${text}\n\n`
      } else if (clock.now() - toldAtMs >= SIGN_OF_LIFE_MS) {
        toldAtMs = clock.now()
        yield ': still there\n\n'
      }
      if (isFinal(status)) {
        yield 'event: end\nid: end\ndata: {}\n\n'
        return
      }
      await pause(SHORTEST_GAP_MS, () => signal.aborted)
      await pause(LOOK_EVERY_MS - SHORTEST_GAP_MS, () => signal.aborted || hasChanged)
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', onAbort)
  }
}

async function currentStatus(upload: Upload, services: Services): Promise<UploadStatus> {
  return statusDocument(await services.uploads.get(upload.projectId, upload.id), services)
}

/** True when nothing more will happen: the upload ended without an asset, or its asset was processed. */
function isFinal({ state, asset }: UploadStatus): boolean {
  if (isOpen(state)) return false
  if (state !== 'complete' && state !== 'consumed') return true
  return asset === null || asset.state === 'ready' || asset.state === 'failed'
}
