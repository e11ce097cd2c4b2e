import { errorFromBody, unreachable } from '../api/api-error.ts'
import { ownOrigin } from '../api/own-origin.ts'

/**
 * Sends a file's bytes by PUT to a ticket's `urls.put`; resolves once the server has acknowledged all of them. Rejects
 * with ApiError, or with the signal's reason when aborted. `onProgress` gets the bytes that left the browser so far.
 */
export type SendFile = (
  url: string,
  file: Blob,
  options: { signal: AbortSignal; onProgress: (sentBytes: number) => void },
) => Promise<void>

/** SendFile over XMLHttpRequest: `fetch` still tells nobody how much of a request body has left. */
export const sendFile: SendFile = (url, file, { signal, onProgress }) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    const settle = (conclude: () => void) => {
      signal.removeEventListener('abort', abort)
      conclude()
    }
    signal.addEventListener('abort', abort)
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded))
    request.addEventListener('load', () =>
      settle(() => {
        if (request.status >= 200 && request.status < 300) resolve()
        else reject(errorFromBody(request.status, request.responseText))
      }),
    )
    request.addEventListener('error', () => settle(() => reject(unreachable())))
    request.addEventListener('abort', () => settle(() => reject(signal.reason)))
    request.open('PUT', ownOrigin(url))
    request.setRequestHeader('accept', 'application/json')
    request.send(file)
  })
