import { describe, expect, it } from 'vitest'
import { type Claim, isSignedBy, parseClaim, type SignedRequest, signatureOf } from './signature.ts'

const SECRET = 'sk-demo'
const JSON_UTF8 = 'application/json; charset=utf-8'
const FORM_UTF8 = 'application/x-www-form-urlencoded; charset=utf-8'
const PATH = '/vod/videoManage/getUploadToken'

function request(over: Partial<SignedRequest> & Readonly<{ type: string; host: string }>): SignedRequest {
  const { type, host, ...rest } = over
  return {
    method: 'POST',
    path: PATH,
    query: '',
    timestamp: '1700000000',
    body: Buffer.alloc(0),
    headers: { 'content-type': type, host },
    ...rest,
  }
}

const OLD_HOST = 'api.cloudv.haplat.net'
const RECORDER = '127.0.0.1:18080'

/** The facts' vectors: 1 and 2 recorded from the vendor's Python client, 3 to 5 from its documented recipe. */
const VECTORS = [
  {
    name: 'a POST of JSON by the gateway client',
    algorithm: 'CNC-HMAC-SHA256',
    request: request({
      type: 'application/json',
      host: RECORDER,
      timestamp: '1795166740',
      body: Buffer.from('{"originFileName": "a b.mp4", "overwrite": 1}'),
    }),
    signature: '259adb209abfcc8ac4391ff9e8ed79e9df7cbbe82237d188ff3d4e2f2480e1cc',
  },
  {
    name: 'a GET by the gateway client, which signs the decoded query',
    algorithm: 'CNC-HMAC-SHA256',
    request: request({
      type: 'application/json',
      host: RECORDER,
      timestamp: '1795166740',
      method: 'GET',
      path: '/vod/audioManage/getAudioUploadToken',
      query: 'fileList=W3si%3D%3D&overwrite=true',
    }),
    signature: 'd4694796fe96d39716e722285b415225dc38f0b5b28026e3e60b02bd341b8812',
  },
  {
    name: 'a POST of JSON to the old host',
    algorithm: 'WS3-HMAC-SHA256',
    request: request({ type: JSON_UTF8, host: OLD_HOST, body: Buffer.from('{"originFileName":"uploadtest.mp4"}') }),
    signature: '411aa049e0b6e68859d25d15d0f0b2322c254464b56952133d42a982f1cd1467',
  },
  {
    name: 'a POST of a form to the old host',
    algorithm: 'WS3-HMAC-SHA256',
    request: request({ type: FORM_UTF8, host: OLD_HOST, body: Buffer.from('originFileName=uploadtest.mp4') }),
    signature: '3cf2d53d3dd30e9d1013fad3001c25316b4d558ed109ae8a89630d0b11a418b3',
  },
  {
    name: 'a GET to the old host',
    algorithm: 'WS3-HMAC-SHA256',
    request: request({ type: FORM_UTF8, host: OLD_HOST, method: 'GET', query: 'originFileName=uploadtest.mp4' }),
    signature: 'c26685055df427a3a7eaa689aa950b880fe9697cfce1782b4c601788e06b5fcd',
  },
] as const

const claimOf = ({ algorithm, signature }: Pick<Claim, 'algorithm' | 'signature'>): Claim => ({
  algorithm,
  signature,
  accessKey: 'ak-demo',
  signedHeaders: ['content-type', 'host'],
})

describe('a signature', () => {
  it.each(VECTORS)('of $name is verified', (vector) => {
    expect(isSignedBy(vector.request, claimOf(vector), SECRET)).toBe(true)
  })

  it('is good for another spelling of what it covers, where clients differ', () => {
    const sent = request({ type: 'Application/JSON', host: 'Host.Example', query: 'ignored=1' })
    const lower = { ...sent, query: '', headers: { 'content-type': 'application/json', host: 'host.example' } }
    const claim = claimOf({ algorithm: 'CNC-HMAC-SHA256', signature: '' })
    expect(isSignedBy(sent, { ...claim, signature: signatureOf(lower, claim, SECRET) }, SECRET)).toBe(true)
    expect(isSignedBy(sent, { ...claim, signature: signatureOf(sent, claim, SECRET) }, SECRET)).toBe(true)
  })

  it('is refused in each of a thousand mutations of itself and of what it covers', () => {
    const spoil = (text: string, i: number): string => {
      const at = (i * 31) % text.length
      return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 + (i % 3))) + text.slice(at + 1)
    }
    for (let i = 0; i < 1_000; i++) {
      const { request: sent, ...vector } = VECTORS[i % VECTORS.length] as (typeof VECTORS)[number]
      const claim = claimOf(vector)
      const changes: readonly (readonly [SignedRequest, Claim])[] = [
        [sent, { ...claim, signature: spoil(claim.signature, i) }],
        [{ ...sent, timestamp: spoil(sent.timestamp, i) }, claim],
        [{ ...sent, path: spoil(sent.path, i) }, claim],
        [{ ...sent, body: Buffer.from(`${sent.body}${i}`) }, claim],
        [{ ...sent, headers: { ...sent.headers, host: spoil(String(sent.headers['host']), i) } }, claim],
        [sent, { ...claim, algorithm: claim.algorithm.startsWith('W') ? 'CNC-HMAC-SHA256' : 'WS3-HMAC-SHA256' }],
        [{ ...sent, method: sent.method === 'GET' ? 'POST' : 'GET' }, claim],
      ]
      const [spoiltRequest, spoiltClaim] = changes[Math.floor(i / VECTORS.length) % changes.length] ?? [sent, claim]
      expect(isSignedBy(spoiltRequest, spoiltClaim, SECRET), `mutation ${i}`).toBe(false)
    }
  })

  it('of another key is refused', () => {
    for (const vector of VECTORS) expect(isSignedBy(vector.request, claimOf(vector), 'sk-other')).toBe(false)
  })
})

describe('the Authorization header', () => {
  const HEX = 'ab'.repeat(32)

  it.each([
    `WS3-HMAC-SHA256 Credential=ak-demo, SignedHeaders=content-type;host, Signature=${HEX}`,
    `WS3-HMAC-SHA256 Credential=ak-demo,SignedHeaders=content-type;host,Signature=${HEX.toUpperCase()}`,
    `ws3-hmac-sha256  Credential=ak-demo/20230101/region/service,  SignedHeaders=Content-Type;Host , Signature=${HEX}`,
  ])('is read as in %s', (header) => {
    expect(parseClaim(header)).toEqual({
      algorithm: 'WS3-HMAC-SHA256',
      accessKey: 'ak-demo',
      signedHeaders: ['content-type', 'host'],
      signature: HEX,
    })
  })

  it.each([
    undefined,
    '',
    'Bearer x',
    `MD5 Credential=a, SignedHeaders=host, Signature=${HEX}`,
    `WS3-HMAC-SHA256 SignedHeaders=host, Signature=${HEX}`,
    `WS3-HMAC-SHA256 Credential=a, Signature=${HEX}`,
    'WS3-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=00',
    'WS3-HMAC-SHA256',
  ])('is none in %s', (header) => {
    expect(parseClaim(header)).toBeUndefined()
  })
})
