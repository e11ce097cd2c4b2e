import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { AddressGuard } from './address-guard.ts'

/** An address as the resolver answers it. */
export type ResolvedAddress = Readonly<{ address: string; family: number }>

export type OpenAddressesOptions = Readonly<{
  /** Addresses, CIDR ranges and host names inside of the operator's network that may be reached all the same. */
  allow: readonly string[]
  /** Every address of a host name. */
  resolve?: ((hostName: string) => Promise<readonly ResolvedAddress[]>) | undefined
}>

/** Looks hosts up, and says to which of them connections may be made. */
export class OpenAddresses {
  readonly #guard: AddressGuard
  readonly #resolve: (hostName: string) => Promise<readonly ResolvedAddress[]>

  constructor(options: OpenAddressesOptions) {
    this.#guard = new AddressGuard(options.allow)
    this.#resolve = options.resolve ?? ((hostName) => lookup(hostName, { all: true }))
  }

  /** False for the number of a closed address. Of a name nothing can be said before it is looked up. */
  mayBeOpen(url: URL): boolean {
    const host = hostOf(url)
    return isIP(host) === 0 || this.#guard.permits(host)
  }

  /** Every address of the host; none when one of them is closed or there is none. Rejects as the resolver does. */
  async of(url: URL): Promise<readonly ResolvedAddress[]> {
    const host = hostOf(url)
    const family = isIP(host)
    const found = family === 0 ? await this.#resolve(host) : [{ address: host, family }]
    const isPermitted = this.#guard.permitsHost(host.replace(/\.$/, ''))
    return isPermitted || found.every(({ address }) => this.#guard.permits(address)) ? found : []
  }
}

/** Connections go to what was looked at, whatever the name means a moment later. */
export function pinnedTo(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostName, options, callback) => {
    const [first] = addresses
    if (options.all === true) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family)
  }
}

/** An http(s) address with a host; undefined for anything else. */
export function parseHttpUrl(text: string, base?: URL): URL | undefined {
  const url = URL.parse(text, base?.href)
  return url === null || !/^https?:$/.test(url.protocol) || hostOf(url) === '' ? undefined : url
}

/** Name or address, without the brackets of a URL; its parser has brought every notation of a number into one. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

/** Basic authorization of a URL with a user name or password. */
export function credentialsOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
