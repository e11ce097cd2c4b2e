import { parseId, type SourceId } from '../ids.ts'
import type { Source } from './asset.ts'

/** What says where the files of a source lie. They may lie in the folders of other sources: of those it was copied from. */
export type StoredFiles = Pick<Source, 'blobKey' | 'packagePrefix' | 'posterKey' | 'sprites' | 'downloads'>

/** Whether one of these sources needs what is stored under this key. */
export function isNeeded(key: string, by: readonly StoredFiles[]): boolean {
  return by.some((files) =>
    placesOf(files).some((place) => place === key || (place.endsWith('/') && key.startsWith(place))),
  )
}

/** The sources in whose folders files of this one lie, itself left out. */
export function foreignFolders(source: StoredFiles & Pick<Source, 'id'>): readonly SourceId[] {
  const folders = placesOf(source).map((place) => parseId('source', place.split('/')[1] ?? ''))
  return [...new Set(folders.filter((folder) => folder !== undefined))].filter((folder) => folder !== source.id)
}

/** Files by their keys, and folders, which end in '/' and are needed with all that is in them. */
function placesOf({ blobKey, packagePrefix, posterKey, sprites, downloads = [] }: StoredFiles): readonly string[] {
  const places = [blobKey, packagePrefix, posterKey, sprites?.prefix, ...downloads.map(({ key }) => key)]
  return places.filter((place) => place !== undefined)
}
