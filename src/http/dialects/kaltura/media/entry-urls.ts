import type { Services } from '../../../services.ts'
import type { Flavor } from '../asset/flavor-asset.ts'

/** Addresses that stay the same when content changes; delivery.ts answers them. They need no session. */
export type EntryUrls = Readonly<{ data: string; download: string; thumbnail: string; manifest: string; dash: string }>

export function entryUrls(
  publicUrl: string,
  partnerId: number,
  entry: Readonly<{ id: string; version: number }>,
): EntryUrls {
  const folder = folderOf(publicUrl, partnerId)
  const protocol = publicUrl.startsWith('https:') ? 'https' : 'http'
  const manifest = `${folder}/playManifest/entryId/${entry.id}`
  return {
    data: `${manifest}/format/url/protocol/${protocol}`,
    download: `${manifest}/format/download/protocol/${protocol}/flavorParamIds/0`,
    dash: `${manifest}/protocol/${protocol}/format/mpegdash/a.mpd`,
    manifest: `${manifest}/protocol/${protocol}/format/applehttp/a.m3u8`,
    thumbnail: `${folder}/thumbnail/entry_id/${entry.id}/version/${entry.version}`,
  }
}

/** Where a flavour plays, or is downloaded from: one that has no file of its own plays as a stream. */
export function flavorUrl(
  { publicUrl }: Services,
  partnerId: number,
  flavor: Flavor,
  mode: 'play' | 'download',
): string {
  const folder = folderOf(publicUrl, partnerId)
  const { id, entryId, source, rendition } = flavor
  const hasFile = source?.downloads?.some(({ name }) => name === rendition?.name) === true
  if (rendition !== undefined && !hasFile && mode === 'play') {
    return `${folder}/playManifest/entryId/${entryId}/flavorIds/${id}/format/applehttp/a.m3u8`
  }
  const file = `${folder}/serveFlavor/entryId/${entryId}/v/${source?.version ?? 1}/flavorId/${id}`
  return mode === 'download' ? `${file}/forceDownload/1/name/a.mp4` : `${file}/name/a.mp4`
}

/** Where the text of captions is, as that file; it needs no session, as nothing a player asks for does. */
export function captionUrl(publicUrl: string, partnerId: number, id: string, file: string): string {
  return `${folderOf(publicUrl, partnerId)}/captions/captionAssetId/${id}/${file}`
}

function folderOf(publicUrl: string, partnerId: number): string {
  return `${publicUrl}/p/${partnerId}/sp/${partnerId}00`
}
