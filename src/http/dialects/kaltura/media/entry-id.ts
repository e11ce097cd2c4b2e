import { isDomainError } from '../../../../core/errors.ts'
import type { AssetId } from '../../../../core/ids.ts'
import { parseId } from '../../../../core/ids.ts'
import type { Random } from '../../../../core/ports/random.ts'

/** Under this namespace the core keeps what Kaltura clients call an asset. */
export const ENTRY_ID = 'kaltura.entry'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
const LENGTH = 8
/** The largest multiple of the alphabet's size in a byte; higher bytes would favour its first characters. */
const FAIR_BYTES = 252

/** Entry ids are short: one in 2.8 × 10¹² is taken, for each entry there is. */
const ATTEMPTS = 5

/** What `make` does with a new entry id; it is called again with another while that is taken. */
export async function underNewEntryId<Made>(random: Random, make: (id: string) => Promise<Made>): Promise<Made> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make(newEntryId(random))
    } catch (error) {
      const isTaken = isDomainError(error, 'state_conflict') && error.details['reason'] === undefined
      if (!isTaken || attempt >= ATTEMPTS) throw error
    }
  }
}

/** For example `0_k3v9x2ab`. */
function newEntryId(random: Random): string {
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
