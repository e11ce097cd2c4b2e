import { execFile } from 'node:child_process'
import { request } from 'node:http'
import { promisify } from 'node:util'
import type { SendPlan } from './peer.ts'

/** Sends a file with curl, a client that costs little; throws unless the server says it has it. */
export async function sendWithCurl(plan: SendPlan, file: string, extra: readonly string[] = []): Promise<void> {
  const headers = Object.entries(plan.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const body = plan.form ? ['-F', `upload=@${file}`] : ['-X', plan.method, '-T', file]
  // `Expect:` off, for it costs some servers a round trip and others a second.
  const args = ['-sS', '--fail-with-body', '-H', 'Expect:', ...headers, ...body, ...extra, '-o', '/dev/null', plan.url]
  await promisify(execFile)('curl', args)
}

/** Sends bytes from memory, for many small files at once; throws unless the server says it has them. */
export function sendFromMemory(plan: SendPlan, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...plan.headers, 'content-length': bytes.length }
    const sending = request(plan.url, { method: plan.method, headers, agent: false }, (response) => {
      response.resume()
      response.on('end', () => {
        const status = response.statusCode ?? 0
        if (status >= 200 && status < 300) resolve()
        else reject(new Error(`${plan.url}: ${status}`))
      })
    })
    sending.on('error', reject)
    sending.end(bytes)
  })
}
