import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeKsV1, encodeKsV2, type KsContent, verifyKs } from './ks.ts'

const SECRET = '0123456789abcdef0123456789abcdef'
const EXPIRES = 4_102_444_800
const ADMIN: KsContent = {
  partnerId: 101,
  expiresAtS: EXPIRES,
  type: 2,
  userId: 'user1',
  privileges: 'disableentitlement,edit:*',
}
/** Made by the vendor's own clients and server: docs/dialects/kaltura.md#sessions. */
const CLIENT_V1 = 'MTJkZmVjNWExNjBkMjBhNmYwMjk4MzQxOWE4Yjc1MWE0Nzk5NDY1Y3wxMDE7MTAxOzQxMDI0NDQ4MDA7MDsxMjM0NTt1c2VyMTs='
const SERVER_V1 =
  'YmEzZmYzZTBjZmNjODk3MzcwNzA3NDE4MDYxMmM3YzFjNDc4OTc3OHwxMDE7MTAxOzQxMDI0NDQ4MDA7MjsxMjM0NTt1c2VyMTtkaXNhYmxlZW50aXRsZW1lbnQsZWRpdDoqOzs='
const V2 =
  'djJ8MTAxfEp4cHX035nZbV1ipR2lBid1a9F03mka32O2ZH0e_BldE8XQ2iLU-OjJyo9J1lrO9_tn20YqxX-TC9GnXB-GSZhr6ePVe9AWtP5gx1qQWDE6r_kSMVKdlO8HReMV28bb8g=='

const secretsOf = async (partnerId: number): Promise<readonly string[]> => (partnerId === 101 ? ['other', SECRET] : [])
const contentOf = async (ks: string): Promise<KsContent | undefined> => (await verifyKs(ks, secretsOf))?.content

describe('a KS', () => {
  it('of version 1 is read as clients make it', async () => {
    expect(await contentOf(CLIENT_V1)).toEqual({ ...ADMIN, type: 0, privileges: '' })
  })

  it('of version 1 is read, and written, as the server makes it', async () => {
    expect(await contentOf(SERVER_V1)).toEqual(ADMIN)
    expect(encodeKsV1(ADMIN, SECRET, 12_345)).toBe(SERVER_V1)
  })

  it('of version 2 is read and written', async () => {
    expect(await contentOf(V2)).toEqual(ADMIN)
    expect(
      encodeKsV2(
        ADMIN,
        SECRET,
        Uint8Array.from({ length: 16 }, (_, i) => i),
      ),
    ).toBe(V2)
  })

  it('says after writing and reading what it said before, whoever the user is', async () => {
    const users = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((user) => !/[;|\0]/.test(user))
    const content = fc.record({
      partnerId: fc.integer({ min: 1, max: 999_999_999 }),
      expiresAtS: fc.integer({ min: 0, max: EXPIRES }),
      type: fc.constantFrom(0, 2),
      userId: users,
      privileges: fc.constantFrom('', 'edit:0_abc', 'edit:a,edit:b', 'list:*', 'urirestrict:/a b*|/c'),
    })
    await fc.assert(
      fc.asyncProperty(content, async (own) => {
        const both = [encodeKsV1(own, SECRET, 1), encodeKsV2(own, SECRET, randomBytes(16))]
        for (const ks of both) expect((await verifyKs(ks, async () => [SECRET]))?.content).toEqual(own)
      }),
    )
  })

  it('writes the privilege for everything in words', async () => {
    const ks = encodeKsV2({ ...ADMIN, privileges: '*' }, SECRET, randomBytes(16))
    expect((await contentOf(ks))?.privileges).toBe('all:*')
  })

  it('of another secret, or of a partner nobody knows, is refused', async () => {
    for (const encode of [encodeKsV1, encodeKsV2] as const) {
      const nonce = (encode === encodeKsV1 ? 1 : randomBytes(16)) as never
      expect(await contentOf(encode(ADMIN, 'wrong', nonce))).toBeUndefined()
      expect(await contentOf(encode({ ...ADMIN, partnerId: 102 }, SECRET, nonce))).toBeUndefined()
    }
  })

  it.each(['', 'x', 'djJ8', 'djJ8MTAxfA==', 'a'.repeat(100_000), 'fHx8', '😀'])('is not %s', async (text) => {
    expect(await contentOf(text)).toBeUndefined()
  })

  // Three vectors, each with a thousand changes: one character, one more, one fewer, or two exchanged.
  it.each([CLIENT_V1, SERVER_V1, V2])('never verifies once it was changed: %s', async (good) => {
    const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_= |;'
    const position = fc.nat(good.length - 1)
    const character = fc.constantFrom(...ALPHABET)
    const changed = fc.oneof(
      fc.tuple(position, character).map(([at, own]) => good.slice(0, at) + own + good.slice(at + 1)),
      fc.tuple(position, character).map(([at, own]) => good.slice(0, at) + own + good.slice(at)),
      position.map((at) => good.slice(0, at) + good.slice(at + 1)),
      position.map((at) => good.slice(0, at) + good.slice(at).split('').reverse().join('')),
    )
    await fc.assert(
      fc.asyncProperty(
        changed.filter((text) => text !== good),
        async (text) => {
          expect(await verifyKs(text, secretsOf)).toBeUndefined()
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
