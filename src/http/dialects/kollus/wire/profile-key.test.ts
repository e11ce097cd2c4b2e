import { expect, it } from 'vitest'
import { ownProfileKey, wireProfileKey } from './profile-key.ts'

it.each(['standard', 'pc1-hd', 'acme-own', 'acme'])('the key %s comes back from the wire as it went', (key) => {
  expect(ownProfileKey('acme', wireProfileKey('acme', key))).toBe(key)
})

it('a key is taken without the account’s before it', () => {
  expect(ownProfileKey('acme', 'pc1-hd')).toBe('pc1-hd')
  expect(ownProfileKey('acme', 'acme-')).toBe('acme-')
  expect(ownProfileKey('', 'pc1-hd')).toBe('pc1-hd')
})
