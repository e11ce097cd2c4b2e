import { describe, expect, it } from 'vitest'
import { AddressGuard } from './address-guard.ts'

const CLOSED = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '192.168.255.255',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:0.0.0.0',
  '::FFFF:192.168.1.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::',
  '64:ff9b:1::7f00:1',
  '100::1',
  '2001::1',
  '2001:0:7f00:1::1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2001:db8::1',
  '2002:7f00:1::1',
  '2002:a9fe:a9fe::1',
  '2002:808:808::1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fdff:ffff::1',
  'fe80::1',
  'fe80::1%eth0',
  '2606:4700::1%lo',
  'fec0::1',
  'ff02::1',
  'ff0e::1',
  // Not in the form a resolver answers in, so nothing to connect to.
  '2130706433',
  '0x7f000001',
  '017700000001',
  '127.1',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '127.0.0.1.',
  '[::1]',
  'localhost',
  '1.1.1.1 ',
  '',
]

const OPEN = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.1',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '64:ff9b::808:0',
  '64:ff9b::100:1',
  '2001:200::1',
  '2001:4860:4860::8888',
  '2003::1',
  '2606:4700:4700::1111',
  '2a00:1450::1',
]

describe('without exceptions', () => {
  const guard = new AddressGuard([])
  it.each(CLOSED)('%s is closed', (address) => expect(guard.permits(address)).toBe(false))
  it.each(OPEN)('%s is open', (address) => expect(guard.permits(address)).toBe(true))
  it('vouches for no host', () => expect(guard.permitsHost('localhost')).toBe(false))
})

describe('with exceptions', () => {
  const guard = new AddressGuard(['10.1.0.0/16', '127.0.0.1', 'fd12:3456::/32', '::1', 'Media.Internal'])
  it.each(['10.1.2.3', '127.0.0.1', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3', 'fd12:3456:7::1', '::1', '8.8.8.8'])(
    '%s is open',
    (address) => expect(guard.permits(address)).toBe(true),
  )
  it.each(['10.2.0.1', '127.0.0.2', '::ffff:10.2.0.1', 'fd12:3457::1', '::2', '169.254.169.254'])(
    '%s stays closed',
    (address) => expect(guard.permits(address)).toBe(false),
  )
  it('vouches for a host by its whole name', () => {
    expect(guard.permitsHost('media.internal')).toBe(true)
    expect(guard.permitsHost('evil.media.internal')).toBe(false)
    expect(guard.permitsHost('media.internal.evil.example')).toBe(false)
  })
})
