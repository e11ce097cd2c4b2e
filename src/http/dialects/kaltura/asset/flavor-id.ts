import { parseId, type UploadId } from '../../../../core/ids.ts'

/** What a flavour or picture is called: the upload that its entry's file came with, and which one of that file it is. */
export type AssetName = Readonly<{ uploadId: UploadId; part: string }>

/** The original file has an empty `part`, so it is called the same before, while and after its bytes come. */
export function assetIdOf({ uploadId, part }: AssetName): string {
  const tail = uploadId.slice(uploadId.indexOf('_') + 1)
  return part === '' ? `0_${tail}` : `0_${tail}_${part}`
}

/** Undefined for what is not of the form. */
export function assetNameOf(id: string): AssetName | undefined {
  const [, tail, part = ''] = /^0_([0-9a-z]{26})(?:_([0-9a-z-]{1,32}))?$/.exec(id) ?? []
  const uploadId = tail === undefined ? undefined : parseId('upload', `upl_${tail}`)
  return uploadId && { uploadId, part }
}

/** A ladder step is known by its lines: `720p` is flavour params 720. Sound alone is 1. */
export function paramsIdOf(renditionName: string): number {
  return Number(/\d+/.exec(renditionName)?.[0] ?? 1)
}
