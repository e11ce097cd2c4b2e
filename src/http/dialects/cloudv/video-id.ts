import { type AssetId, parseId } from '../../../core/ids.ts'

/** The digits of our ids; five bits each. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const ID_LENGTH = 26
const HEX_LENGTH = 32

/**
 * What the vendor's clients call an asset that did not come through this dialect: the number of its id, in 32
 * hexadecimal digits. The other way round: `assetIdOf`.
 */
export function videoIdOf(assetId: AssetId): string {
  let number = 0n
  for (const digit of assetId.slice(-ID_LENGTH)) number = number * 32n + BigInt(DIGITS.indexOf(digit))
  return number.toString(16).padStart(HEX_LENGTH, '0')
}

/** Undefined for what cannot be the name of an asset. */
export function assetIdOf(videoId: string): AssetId | undefined {
  if (!/^[0-9a-f]{32}$/.test(videoId)) return undefined
  let number = BigInt(`0x${videoId}`)
  let digits = ''
  for (let i = 0; i < ID_LENGTH; i++) {
    digits = DIGITS.charAt(Number(number % 32n)) + digits
    number /= 32n
  }
  return parseId('asset', `ast_${digits}`)
}
