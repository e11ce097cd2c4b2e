import { describe, expect, it } from 'vitest'
import type { CategoryId, ProjectId } from '../../../core/ids.ts'
import { toNewUpload } from './upload-options.ts'

const PROJECT = 'prj_00000000000000000000000000' as ProjectId
const CATEGORY = 'cat_00000000000000000000000000' as CategoryId
const translate = (parameters: Record<string, string>, profileKey?: string) =>
  toNewUpload(new Map(Object.entries(parameters)), {
    projectId: PROJECT,
    uploadFileKey: '20260301-k3v9x2ab',
    categoryIds: [CATEGORY],
    profileKey,
  })

describe('toNewUpload', () => {
  it('asks for ten minutes, to the end of the transfer, when nothing is said', () => {
    expect(translate({})).toEqual({
      projectId: PROJECT,
      fileName: '',
      leaseMs: 600_000,
      policy: { expiry: 'deadline' },
      target: {
        title: undefined,
        categoryIds: [CATEGORY],
        encrypt: false,
        audioOnly: false,
        passthrough: false,
        profileKey: undefined,
      },
      externalKeys: [{ namespace: 'kollus.upload_file_key', key: '20260301-k3v9x2ab', of: 'asset' }],
    })
  })

  it('hands on every option', () => {
    const parameters = {
      expire_time: '21600',
      title: 'Lecture 1',
      is_encryption_upload: '1',
      is_audio_upload: 'true',
    }
    const { leaseMs, target } = translate(parameters, 'pc1-hd')
    expect(leaseMs).toBe(21_600_000)
    expect(target).toEqual({
      title: 'Lecture 1',
      categoryIds: [CATEGORY],
      encrypt: true,
      audioOnly: true,
      passthrough: false,
      profileKey: 'pc1-hd',
    })
  })

  it('calls a passthrough upload after its file, whatever title is given', () => {
    const { target } = translate({ is_passthrough: '1', title: 'Mine' }, 'original')
    expect(target).toMatchObject({ passthrough: true, profileKey: 'original', title: undefined })
  })

  it('makes sound by the profile for sound, unless another one is named', () => {
    expect(translate({ is_audio_upload: '1' }).target).toMatchObject({ audioOnly: true, profileKey: 'audio' })
    expect(translate({ is_audio_upload: '1' }, 'voice').target).toMatchObject({ profileKey: 'voice' })
  })

  it('ignores what it does not know', () => {
    expect(translate({ is_multipart_upload: '1', selected_profile_key: 'x', use_encryption: '1' })).toEqual(
      translate({}),
    )
  })

  it.each([
    ['no time at all', { expire_time: '0' }],
    ['a negative time', { expire_time: '-1' }],
    ['more than six hours', { expire_time: '21601' }],
    ['part of a second', { expire_time: '1.5' }],
    ['a time in words', { expire_time: 'soon' }],
    ['a time with more digits than numbers have', { expire_time: '9'.repeat(400) }],
    ['a flag that is neither', { is_encryption_upload: '2' }],
    ['passthrough without a profile', { is_passthrough: '1' }],
    ['passthrough with a profile that does not exist', { is_passthrough: '1', profile_key: 'acme-original' }],
  ])('refuses %s', (_what, parameters) => {
    expect(() => translate(parameters as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    )
  })
})
