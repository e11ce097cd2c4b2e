import { describe, expect, it } from 'vitest'
import { isSigned, readPolicy, signPolicy, splitToken } from './put-policy.ts'

const POLICY = '{"scope":"bkt:video/a b.mp4","deadline":"4102444800000","overwrite":1}'
/** As the vendor's Go client makes it. */
const TOKEN =
  'ak-demo:NGVmOTYwZGRhZGMyMzlhZjVhNjc2NWZmNmNkNjFlZWE0ZDJhOGNmYg==:eyJzY29wZSI6ImJrdDp2aWRlby9hIGIubXA0IiwiZGVhZGxpbmUiOiI0MTAyNDQ0ODAwMDAwIiwib3ZlcndyaXRlIjoxfQ=='

const policy64 = (policy: unknown): string => Buffer.from(JSON.stringify(policy)).toString('base64')

function isGood(token: string): boolean {
  const split = splitToken(token)
  return split !== undefined && split.accessKey === 'ak-demo' && isSigned(split, 'sk-demo')
}

describe('an upload token', () => {
  it("is the one the vendor's clients make of the same policy", () => {
    expect(signPolicy('ak-demo', 'sk-demo', POLICY)).toBe(TOKEN)
  })

  it('is good bare or after UpToken', () => {
    expect(isGood(TOKEN)).toBe(true)
    expect(isGood(`UpToken ${TOKEN}`)).toBe(true)
  })

  it('is refused in each of a thousand mutations', () => {
    for (let i = 0; i < 1_000; i++) {
      const at = (i * 7_919) % TOKEN.length
      const other = String.fromCharCode(TOKEN.charCodeAt(at) ^ (1 + (i % 6)))
      const mutated = TOKEN.slice(0, at) + (i % 3 === 0 ? '' : other) + TOKEN.slice(at + 1)
      if (mutated === TOKEN) throw new Error(`mutation ${i} changed nothing`)
      expect(isGood(mutated), mutated).toBe(false)
    }
  })

  it.each(['', ':', 'a:b', 'a:b:', 'a:b:c:d', `${TOKEN}:x`, `a:b:${'c'.repeat(20_000)}`])(
    'has three parts, unlike %s',
    (text) => {
      expect(splitToken(text)).toBeUndefined()
    },
  )
})

describe('a put policy', () => {
  it('says where to, until when and what is allowed', () => {
    expect(readPolicy(splitToken(TOKEN)?.policy64 ?? '')).toEqual({
      bucket: 'bkt',
      key: 'video/a b.mp4',
      deadlineMs: 4_102_444_800_000,
      overwrite: true,
      maxSizeBytes: undefined,
      returnUrl: undefined,
      returnBody: undefined,
      callbackUrl: undefined,
      callbackBody: undefined,
      saveKey: undefined,
      persistentOps: [],
      persistentNotifyUrl: undefined,
      separate: false,
    })
  })

  it('says what is to be done to the file, and who is told of it', () => {
    const told = { persistentNotifyUrl: 'https://cms.example/done', separate: '1' }
    const policy = policy64({ scope: 'bkt', deadline: 5, persistentOps: 'mobile;avthumb/mp4|saveas/x;', ...told })
    expect(readPolicy(policy)).toMatchObject({
      persistentOps: ['mobile', 'avthumb/mp4|saveas/x'],
      persistentNotifyUrl: 'https://cms.example/done',
      separate: true,
    })
  })

  it('may have numbers for strings, no padding, no key, and colons in the key', () => {
    const plain = policy64({ scope: 'bkt', deadline: 5, fsizeLimit: '7', overwrite: '1', returnBody: null })
    expect(readPolicy(plain.replace(/=+$/, ''))).toMatchObject({
      bucket: 'bkt',
      key: undefined,
      deadlineMs: 5,
      maxSizeBytes: 7,
      overwrite: true,
      returnBody: undefined,
    })
    expect(readPolicy(policy64({ scope: 'bkt:a:b', deadline: 5 }))).toMatchObject({ bucket: 'bkt', key: 'a:b' })
  })

  it.each([
    ['no scope', { deadline: 5 }],
    ['an empty bucket', { scope: ':key', deadline: 5 }],
    ['no deadline', { scope: 'bkt:key' }],
    ['a deadline that is no number', { scope: 'bkt:key', deadline: 'soon' }],
    ['a negative limit', { scope: 'bkt:key', deadline: 5, fsizeLimit: -1 }],
    ['a number', 7],
    ['nothing', null],
  ])('is none with %s', (_name, policy) => {
    expect(readPolicy(policy64(policy))).toBeUndefined()
  })

  it('is none when it is not JSON', () => {
    expect(readPolicy('bm8=')).toBeUndefined()
  })
})
