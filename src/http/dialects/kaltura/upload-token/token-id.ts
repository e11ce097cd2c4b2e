import { parseId, type UploadId } from '../../../../core/ids.ts'

/** The digits of our ids, in the order of their values. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
/** Of an upload's id, behind its prefix: 130 bits, of which the first two are 0 until the year 10889. */
const CHARACTERS = 26

/**
 * What clients call an upload: `0_` and 32 hexadecimal digits, which are the same number as its id. So every upload has
 * a name of the vendor's form without anything to store or look up.
 */
export function tokenIdOf(id: UploadId): string {
  let number = 0n
  for (const character of id.slice(id.indexOf('_') + 1)) number = number * 32n + BigInt(DIGITS.indexOf(character))
  return `0_${number.toString(16).padStart(32, '0')}`
}

/** Undefined for what is not of the form. */
export function uploadIdOf(tokenId: string): UploadId | undefined {
  const hex = /^\d_([0-9a-f]{32})$/.exec(tokenId)?.[1]
  if (hex === undefined) return undefined
  let number = BigInt(`0x${hex}`)
  let text = ''
  for (let i = 0; i < CHARACTERS; i += 1) {
    text = DIGITS.charAt(Number(number % 32n)) + text
    number /= 32n
  }
  return parseId('upload', `upl_${text}`)
}
