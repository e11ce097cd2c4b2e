import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildServer } from './server.ts'

async function addressSeen(trustProxy: readonly string[] | undefined, forwardedFor: string): Promise<string> {
  const server = buildServer({
    logger: pino({ level: 'silent' }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
  })
  onTestFinished(() => server.close())
  server.get('/', async (request) => request.ip)
  const headers = { 'x-forwarded-for': forwardedFor }
  return (await server.inject({ url: '/', headers, remoteAddress: '10.0.0.1' })).body
}

describe('the address of a request', () => {
  it.each<[string, readonly string[] | undefined, string]>([
    ['is that of the connection, whatever a header says', undefined, '10.0.0.1'],
    ['is what the outermost of the trusted proxies says', ['10.0.0.1', '198.51.100.0/24'], '203.0.113.9'],
    ['is what a proxy of a trusted network says', ['10.0.0.0/8'], '198.51.100.7'],
    ['is not what somebody else says', ['192.168.0.0/16'], '10.0.0.1'],
  ])('%s', async (_name, trustProxy, expected) => {
    expect(await addressSeen(trustProxy, '203.0.113.9, 198.51.100.7')).toBe(expected)
  })
})
