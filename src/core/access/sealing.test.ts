import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'
import { Sealer } from './sealing.ts'

describe('sealing', () => {
  const sealer = new Sealer(Buffer.alloc(32, 1))

  it('opens what it sealed, and seals the same text differently each time', () => {
    const sealed = sealer.seal('geheim, 비밀')
    expect(sealer.open(sealed)).toBe('geheim, 비밀')
    expect(sealer.seal('geheim, 비밀')).not.toBe(sealed)
    expect(sealed).not.toContain('geheim')
  })

  it('refuses what was changed, sealed with another key, or never sealed', () => {
    const sealed = sealer.seal('secret')
    const bytes = Buffer.from(sealed.slice(3), 'base64url')
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(() => sealer.open(`v1.${changed.toString('base64url')}`)).toThrow()
    }
    expect(() => new Sealer(Buffer.alloc(32, 2)).open(sealed)).toThrow()
    expect(() => sealer.open('secret')).toThrow()
  })

  it('derives different keys for different purposes', () => {
    expect(sealer.derive('a')).toEqual(sealer.derive('a'))
    expect(sealer.derive('a')).not.toEqual(sealer.derive('b'))
  })
})

describe('passwords', () => {
  it('knows the right one from any other, and an unknown login from none', async () => {
    const hash = await hashPassword('correct horse')
    expect(await verifyPassword('correct horse', hash)).toBe(true)
    expect(await verifyPassword('correct horsE', hash)).toBe(false)
    expect(await verifyPassword('anything', undefined)).toBe(false)
    expect(await verifyPassword('', '')).toBe(false)
  })
})
