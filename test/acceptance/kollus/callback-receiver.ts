import { text } from 'node:stream/consumers'
import { startRemoteServer } from '../../support/remote-server.ts'

type Form = Readonly<Record<string, string>>

/**
 * The server of a CMS that takes callbacks. `trouble` says what it does with the first ones at a path: it answers with
 * that status, or not at all; afterwards it takes them. It ends with the test.
 */
export async function startCallbackReceiver(trouble: Readonly<Record<string, readonly (number | 'hangs')[]>>) {
  const taken: Readonly<{ path: string; form: Form }>[] = []
  const rest = new Map(Object.entries(trouble).map(([path, all]) => [path, [...all]]))
  const { url } = await startRemoteServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? ''
      const how = rest.get(path)?.shift() ?? 200
      if (how === 'hangs') return
      if (how === 200) taken.push({ path, form: Object.fromEntries(new URLSearchParams(body)) })
      response.writeHead(how).end('body that nobody reads')
    })
  })
  const at = (path: string): readonly Form[] => taken.filter((one) => one.path === path).map(({ form }) => form)
  /** The first that was taken there of which that holds. */
  const find = (path: string, what: Form): Form | undefined =>
    at(path).find((form) => Object.entries(what).every(([name, value]) => form[name] === value))
  return { url, at, find }
}
