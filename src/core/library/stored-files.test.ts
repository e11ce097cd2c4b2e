import { expect, it } from 'vitest'
import { anAsset, aProject, aSource } from '../../../test/support/rows.ts'
import { foreignFolders, isNeeded } from './stored-files.ts'

const asset = anAsset(aProject().id)
const [first, second, third] = [aSource(asset), aSource(asset), aSource(asset)]
const copy = aSource(asset, {
  blobKey: first.blobKey,
  packagePrefix: `sources/${second.id}/packages/1-x/`,
  posterKey: `sources/${third.id}/posters/1-x.jpg`,
  sprites: {
    ...{ prefix: `sources/${second.id}/sprites/1-x/`, sheets: 1, columns: 1, rows: 1 },
    ...{ widthPx: 1, heightPx: 1, intervalMs: 1, count: 1 },
  },
  downloads: [
    {
      name: '720p',
      file: '720p.mp4',
      key: `sources/${first.id}/downloads/1-x/720p.mp4`,
      sizeBytes: 1,
      widthPx: 1,
      heightPx: 1,
    },
  ],
})

it('knows in whose folders the files of a source lie', () => {
  expect(foreignFolders(first)).toEqual([])
  expect(foreignFolders(copy)).toEqual([first.id, second.id, third.id])
  expect(foreignFolders({ ...first, packagePrefix: 'elsewhere/', posterKey: 'picture' })).toEqual([])
})

it.each([
  [`sources/${first.id}/original`, true],
  [`sources/${first.id}/original2`, false],
  [`sources/${first.id}/packages/1-x/360p/0.m4s`, false],
  [`sources/${second.id}/packages/1-x/360p/0.m4s`, true],
  [`sources/${second.id}/packages/1-xy/360p/0.m4s`, false],
  [`sources/${second.id}/sprites/1-x/sheet-1.jpg`, true],
  [`sources/${third.id}/posters/1-x.jpg`, true],
  [`sources/${first.id}/downloads/1-x/720p.mp4`, true],
  [`sources/${first.id}/downloads/1-x/360p.mp4`, false],
])('says whether a source needs %s: %s', (key, is) => {
  expect(isNeeded(key, [third, copy])).toBe(is)
})
