import type { AssetId } from '../../../../core/ids.ts'
import { parseId } from '../../../../core/ids.ts'
import type { Random } from '../../../../core/ports/random.ts'

/** Under this namespace the core keeps what Kaltura clients call an asset. */
export const ENTRY_ID = 'kaltura.entry'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
const LENGTH = 8
/** The largest multiple of the alphabet's size in a byte; higher bytes would favour its first characters. */
const FAIR_BYTES = 252

/** A new entry id, for example `0_k3v9x2ab`. */
export function newEntryId(random: Random): string {
  let tail = ''
  while (tail.length < LENGTH) {
    for (const byte of random.bytes(LENGTH)) {
      if (byte < FAIR_BYTES && tail.length < LENGTH) tail += ALPHABET.charAt(byte % ALPHABET.length)
    }
  }
  return `0_${tail}`
}

/** What an asset is called that was not made by this dialect: its own id in the vendor's clothes. */
export function foreignEntryId(id: AssetId): string {
  return `0_${id.slice(id.indexOf('_') + 1)}`
}

/** The asset that a foreign entry id names; undefined for one of ours. */
export function foreignAssetId(entryId: string): AssetId | undefined {
  return entryId.startsWith('0_') ? parseId('asset', `ast_${entryId.slice(2)}`) : undefined
}
