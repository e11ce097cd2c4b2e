import { expect, it } from 'vitest'
import { omissionsOf } from './omissions.ts'
import { DEFAULT_PROFILE } from './profile.ts'
import { chooseTreatment, type Treatment } from './treatment.ts'

const NO_WISH = { workflowKey: undefined, profileKey: undefined, encrypt: false, audioOnly: false, passthrough: false }
const treatment = (own: Partial<Treatment['profile']> = {}, encrypt = false) => {
  const chosen = chooseTreatment({ ...NO_WISH, encrypt })
  return { ...chosen, profile: { ...chosen.profile, ...own } }
}

it('says which codecs a server has no encoder for', () => {
  const video = { ...DEFAULT_PROFILE.video, codecs: ['h264', 'av1', 'vp9'] as const }
  expect(omissionsOf(treatment({ video }), ['h264', 'vp9'])).toEqual([expect.stringContaining('no AV1')])
  expect(omissionsOf({ ...treatment({ video }), delivery: 'audio' }, ['h264'])).toEqual([])
  expect(omissionsOf(treatment(), ['h264'])).toEqual([])
  expect(omissionsOf(undefined, [])).toEqual([])
})

it('says that encrypted assets have nothing to download', () => {
  expect(omissionsOf(treatment({ downloads: true }, true), ['h264'])).toEqual([expect.stringContaining('download')])
  expect(omissionsOf(treatment({ downloads: true }), ['h264'])).toEqual([])
})
