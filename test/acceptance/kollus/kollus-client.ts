import { KEYS } from '../support/start-server.ts'

/** What "create upload URL" answers, as far as clients of any generation read it. */
export type CreatedUrl = Readonly<{
  upload_url: string
  progress_url: string
  upload_file_key: string
  expired_at: number
}>

export const TOKEN = `access_token=${KEYS.kollus.accessToken}`

/** Asks for an upload address. */
export async function createUrl(
  serverUrl: string,
  parameters: Readonly<Record<string, string | number>> = {},
): Promise<CreatedUrl> {
  const response = await fetch(`${serverUrl}/api/upload/create-url?${TOKEN}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  })
  const answer = (await response.json()) as { data?: CreatedUrl; message: string }
  if (answer.data === undefined) throw new Error(`create-url: ${response.status} ${answer.message}`)
  return answer.data
}

export async function progressOf(progressUrl: string): Promise<number> {
  const { result } = (await (await fetch(progressUrl)).json()) as { result: { progress: number } }
  return result.progress
}
