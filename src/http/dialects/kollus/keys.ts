import { type AssetId, type CategoryId, type ChannelId, parseId } from '../../../core/ids.ts'

/** Our ids begin with their time in milliseconds, in ten digits of base 32. */
const TIME_DIGITS = 10
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/** What a client calls a category or a channel: our id without its kind, letters and digits only. */
export function categoryKey(id: CategoryId): string {
  return tail(id)
}

export function channelKey(id: ChannelId): string {
  return tail(id)
}

export function categoryIdOf(key: string): CategoryId | undefined {
  return parseId('category', `cat_${key}`)
}

export function channelIdOf(key: string): ChannelId | undefined {
  return parseId('channel', `chn_${key}`)
}

/**
 * The upload_file_key of an asset that came another way than by an upload address: in the same form, so that clients
 * can keep it, with our id in it, so that nobody has to.
 */
export function derivedUploadFileKey(id: AssetId): string {
  const name = tail(id)
  let createdAtMs = 0
  for (const digit of name.slice(0, TIME_DIGITS)) createdAtMs = createdAtMs * 32 + DIGITS.indexOf(digit)
  return `${new Date(createdAtMs).toISOString().slice(0, 10).replaceAll('-', '')}-${name}`
}

/** The asset of such a key; undefined for any other. */
export function assetIdOf(uploadFileKey: string): AssetId | undefined {
  const [, name] = /^\d{8}-([0-9a-z]{26})$/.exec(uploadFileKey) ?? []
  return name === undefined ? undefined : parseId('asset', `ast_${name}`)
}

function tail(id: string): string {
  return id.slice(id.indexOf('_') + 1)
}
