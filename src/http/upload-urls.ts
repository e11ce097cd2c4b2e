/** Upload tokens are shown with this prefix, so that people and secret scanners know one when they see it. */
const PREFIX = 'rdu_'

/** Where a client sends and watches an upload; each address carries the token, so that a browser needs nothing else. */
export type UploadUrls = Readonly<{ put: string; form: string; status: string; tus: string; events: string }>

/** The token as clients see it. */
export function presentToken(token: string): string {
  return PREFIX + token
}

/** The token behind its presentation; undefined for what cannot be one. */
export function readToken(text: string): string | undefined {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined
}

/** Absolute addresses. `publicUrl` has no slash at its end, `token` is the core's. */
export function uploadUrls(publicUrl: string, uploadId: string, token: string): UploadUrls {
  const shown = presentToken(token)
  const upload = `${publicUrl}/v1/uploads/${uploadId}`
  return {
    put: `${upload}/content?token=${shown}`,
    form: `${publicUrl}/v1/uploads/form?token=${shown}`,
    status: `${upload}?token=${shown}`,
    tus: `${publicUrl}/tus/${shown}`,
    events: `${upload}/events?token=${shown}`,
  }
}
