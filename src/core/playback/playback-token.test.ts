import { describe, expect, it } from 'vitest'
import type { AssetId } from '../ids.ts'
import { signPlayback, verifyPlayback } from './playback-token.ts'

const key = Buffer.alloc(32, 7)
const asset = 'ast_01' as AssetId
const NOW = 1_700_000_000_000

describe('playback token', () => {
  const token = signPlayback(key, asset, NOW + 60_000)

  it('opens its asset until its time is over', () => {
    expect(() => verifyPlayback(key, asset, token, NOW + 59_000)).not.toThrow()
    expect(() => verifyPlayback(key, asset, token, NOW + 60_000)).toThrow('expired')
  })

  it('opens no other asset and fits no other key', () => {
    expect(() => verifyPlayback(key, 'ast_02' as AssetId, token, NOW)).toThrow('not valid')
    expect(() => verifyPlayback(Buffer.alloc(32, 8), asset, token, NOW)).toThrow('not valid')
  })

  it('is refused after any change of any character', () => {
    for (let i = 0; i < token.length; i++) {
      for (const other of ['0', 'a', 'B', '_', '.']) {
        if (token[i] === other) continue
        const changed = token.slice(0, i) + other + token.slice(i + 1)
        expect(() => verifyPlayback(key, asset, changed, NOW)).toThrow()
      }
    }
  })

  it.each(['', '.', 'x', `${token}x`, `zzzzzzzzzzz.${token.split('.')[1]}`])('refuses %j', (text) => {
    expect(() => verifyPlayback(key, asset, text, NOW)).toThrow('not valid')
  })
})
