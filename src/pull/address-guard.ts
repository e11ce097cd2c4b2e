import { BlockList, isIP } from 'node:net'

type Family = 'ipv4' | 'ipv6'
type Subnet = readonly [network: string, prefixBits: number]

/** Not for the public: IANA's special-purpose registry, and what clouds answer on from inside of them. */
const CLOSED_IPV4: readonly Subnet[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, with the metadata services of most clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved and broadcast.
  ['224.0.0.0', 3],
  // Azure's own agent, at an address that looks public.
  ['168.63.129.16', 32],
]

/** Global unicast: everything outside is loopback, local, multicast, mapped, or not given to anybody. */
const OPEN_IPV6: Subnet = ['2000::', 3]

/** Within global unicast. Tunnels among them lead to IPv4 addresses that nobody would have looked at. */
const CLOSED_IPV6: readonly Subnet[] = [
  // Protocol assignments, with Teredo and benchmarking.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4.
  ['2002::', 16],
  ['3fff::', 20],
]

/** Translated addresses: the last four bytes are the IPv4 address that is reached. */
const NAT64: Subnet = ['64:ff9b::', 96]
const MAPPED: Subnet = ['::ffff:0:0', 96]

const closedIpv4 = listOf(CLOSED_IPV4, 'ipv4')
const openIpv6 = listOf([OPEN_IPV6], 'ipv6')
const closedIpv6 = listOf(CLOSED_IPV6, 'ipv6')
const translated = listOf([NAT64, MAPPED], 'ipv6')

function listOf(subnets: readonly Subnet[], family: Family): BlockList {
  const list = new BlockList()
  for (const [network, prefixBits] of subnets) list.addSubnet(network, prefixBits, family)
  return list
}

/** Says to which addresses a connection may be made. `allow` names addresses, CIDR ranges and host names. */
export class AddressGuard {
  readonly #allowed = new BlockList()
  readonly #allowedHosts = new Set<string>()

  constructor(allow: readonly string[]) {
    for (const entry of allow) {
      const [network = '', prefix] = entry.split('/')
      const version = isIP(network)
      if (version === 0) this.#allowedHosts.add(entry.toLowerCase())
      else
        this.#allowed.addSubnet(network, Number(prefix ?? (version === 4 ? 32 : 128)), version === 4 ? 'ipv4' : 'ipv6')
    }
  }

  /** `address` as the resolver writes it, without brackets. Whatever is no address is not permitted. */
  permits(address: string): boolean {
    const version = isIP(address)
    // A zone names an interface of this machine.
    if (version === 0 || address.includes('%')) return false
    if (version === 4) return this.#permitsIpv4(address)
    if (this.#allowed.check(address, 'ipv6')) return true
    if (translated.check(address, 'ipv6')) return this.#permitsIpv4(lastFourBytes(address))
    return openIpv6.check(address, 'ipv6') && !closedIpv6.check(address, 'ipv6')
  }

  /** True for a host whose addresses the operator vouches for. */
  permitsHost(name: string): boolean {
    return this.#allowedHosts.has(name)
  }

  #permitsIpv4(address: string): boolean {
    return this.#allowed.check(address, 'ipv4') || !closedIpv4.check(address, 'ipv4')
  }
}

/** Of an IPv6 address, in the notation of IPv4. */
function lastFourBytes(address: string): string {
  // The URL parser writes every address in one way, in hexadecimal and with at most one gap.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [high = 0, low = 0] = written
    .replace(/::$/, ':0:0')
    .replace('::', ':0:')
    .split(':')
    .slice(-2)
    .map((group) => Number.parseInt(group || '0', 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
