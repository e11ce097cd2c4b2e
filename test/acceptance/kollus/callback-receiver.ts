import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { startRemoteServer } from '../../support/remote-server.ts'

/** A callback as the CMS got it: the path of its own address, and the form. */
export type Callback = Readonly<{ path: string; form: Readonly<Record<string, string>> }>

const PATIENCE = { timeout: 60_000, interval: 100 }

/**
 * The server of a CMS that takes callbacks. `trouble` says what it does with the next ones at a path, oldest first: it
 * answers with that status, or not at all. It ends with the test.
 */
export async function startCallbackReceiver(trouble: Readonly<Record<string, readonly (number | 'hangs')[]>>) {
  const taken: Callback[] = []
  const rest = new Map(Object.entries(trouble).map(([path, all]) => [path, [...all]]))
  const server = await startRemoteServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? ''
      const how = rest.get(path)?.shift() ?? 200
      if (how === 'hangs') return
      if (how === 200) taken.push({ path, form: Object.fromEntries(new URLSearchParams(body)) })
      response.writeHead(how).end('body that nobody reads')
    })
  })
  const at = (path: string) => taken.filter((callback) => callback.path === path).map(({ form }) => form)
  /** Resolves with the first callback there of which that holds. */
  const untilTold = async (path: string, what: Readonly<Record<string, string>>) => {
    const find = () => at(path).find((form) => Object.entries(what).every(([name, value]) => form[name] === value))
    await expect.poll(find, PATIENCE).toBeDefined()
    return find() ?? {}
  }
  return { url: server.url, at, untilTold, attempts: () => server.requests.map(({ url }) => url ?? '') }
}
