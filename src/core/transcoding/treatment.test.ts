import { describe, expect, it } from 'vitest'
import { assertProfile, BUILT_IN_PROFILES, DEFAULT_PROFILE, type ProfileSettings } from './profile.ts'
import { chooseTreatment, type TreatmentLookup } from './treatment.ts'
import { assertWorkflow, BUILT_IN_WORKFLOWS, DEFAULT_WORKFLOW, type WorkflowSettings } from './workflow.ts'

const target = (own: Partial<Parameters<typeof chooseTreatment>[0]> = {}) => ({
  workflowKey: undefined,
  profileKey: undefined,
  encrypt: false,
  audioOnly: false,
  passthrough: false,
  ...own,
})
const own = (
  profiles: Record<string, ProfileSettings>,
  workflows: Record<string, WorkflowSettings> = {},
): TreatmentLookup => ({ profile: (key) => profiles[key], workflow: (key) => workflows[key] })
const keys = (...args: Parameters<typeof chooseTreatment>) => {
  const { workflowKey, profileKey } = chooseTreatment(...args)
  return [workflowKey, profileKey]
}

describe('what is done to a source', () => {
  it('draws the subtitles that the token names before those of the workflow', () => {
    const workflow = { ...DEFAULT_WORKFLOW, burnInLanguage: 'ko' }
    const drawn = (burnInLanguage?: string) =>
      chooseTreatment(target({ workflowKey: 'korean', burnInLanguage }), [], own({}, { korean: workflow }))
        .burnInLanguage
    expect([drawn(), drawn('de')]).toEqual(['ko', 'de'])
  })

  it('is the standard where nobody wishes anything, or what nobody knows', () => {
    expect(keys(target())).toEqual(['standard', 'standard'])
    expect(keys(target({ workflowKey: 'nowhere', profileKey: 'nothing' }))).toEqual(['standard', 'standard'])
  })

  it("is the token's wish before the category's before the channel's", () => {
    const category = { workflowKey: 'encrypted', profileKey: 'mobile' }
    const channel = { workflowKey: 'audio', profileKey: 'ultra-hd' }
    expect(keys(target({ workflowKey: 'passthrough' }), [category, channel])).toEqual(['passthrough', 'passthrough'])
    expect(keys(target(), [category, channel])).toEqual(['encrypted', 'mobile'])
    expect(keys(target({ profileKey: 'efficient' }), [category, channel])).toEqual(['encrypted', 'efficient'])
    expect(keys(target(), [{}, channel])).toEqual(['audio', 'ultra-hd'])
  })

  it("takes the workflow's profile where no wish names one", () => {
    expect(keys(target({ workflowKey: 'audio' }))).toEqual(['audio', 'audio'])
  })

  it("takes the project's own in the place of a built-in one", () => {
    const mine = { ...DEFAULT_PROFILE, segmentDurationMs: 2_000 }
    const workflow = { ...DEFAULT_WORKFLOW, sprites: false }
    const made = chooseTreatment(target(), [], own({ standard: mine }, { standard: workflow }))
    expect([made.profile, made.sprites]).toEqual([mine, false])
  })

  it('heeds what the token says of the file before any profile', () => {
    expect(chooseTreatment(target({ passthrough: true, profileKey: 'mobile' })).delivery).toBe('passthrough')
    expect(chooseTreatment(target({ audioOnly: true })).delivery).toBe('audio')
    expect(chooseTreatment(target({ encrypt: true })).encryption).toEqual({ segmentsPerKey: undefined })
  })

  it('encrypts what goes where only encrypted files are taken', () => {
    const made = chooseTreatment(target({ passthrough: true }), [{}, { encrypt: true }])
    expect([made.encryption, made.delivery]).toEqual([{ segmentsPerKey: undefined }, 'adaptive'])
  })

  it('never serves in the clear what was to be encrypted', () => {
    expect(chooseTreatment(target({ encrypt: true, passthrough: true })).delivery).toBe('adaptive')
    expect(chooseTreatment(target({ encrypt: true, passthrough: true, audioOnly: true })).delivery).toBe('audio')
    expect(chooseTreatment(target({ workflowKey: 'encrypted', profileKey: 'passthrough' })).delivery).toBe('adaptive')
  })
})

describe('settings', () => {
  it('that are built in are good', () => {
    for (const { settings } of Object.values(BUILT_IN_PROFILES)) assertProfile(settings)
    for (const { settings } of Object.values(BUILT_IN_WORKFLOWS)) assertWorkflow(settings)
  })

  const video = (own_: object) => ({ ...DEFAULT_PROFILE, video: { ...DEFAULT_PROFILE.video, ...own_ } })
  it.each([
    ['no codec', video({ codecs: [] }), 'video.codecs'],
    ['an unknown codec', video({ codecs: ['mpeg1'] }), 'video.codecs'],
    ['a codec twice', video({ codecs: ['h264', 'h264'] }), 'video.codecs'],
    ['steps that grow', video({ steps: [{ shorterSidePx: 240 }, { shorterSidePx: 480 }] }), 'video.steps'],
    ['an odd side', video({ steps: [{ shorterSidePx: 241 }] }), 'video.steps.shorterSidePx'],
    ['a bad quality', video({ rateFactor: 99 }), 'video.rateFactor'],
    ['no bit rate', { ...DEFAULT_PROFILE, audio: { bitRates: [], tracks: 'all' } }, 'audio.bitRates'],
    ['long segments', { ...DEFAULT_PROFILE, segmentDurationMs: 60_000 }, 'segmentDurationMs'],
  ])('of a profile with %s are refused by name', (_, settings, setting) => {
    expect(() => assertProfile(settings as ProfileSettings)).toThrow(
      expect.objectContaining({ code: 'invalid_argument', details: { setting } }),
    )
  })

  const text = {
    kind: 'text',
    text: 'x',
    position: 'center',
    opacity: 1,
    marginPercent: 2,
    sizePercent: 5,
    color: 'ffffff',
  }
  it.each([
    ['a watermark nowhere', { watermark: { ...text, position: 'left' } }, 'watermark.position'],
    ['a watermark of two lines', { watermark: { ...text, text: 'a\nb' } }, 'watermark.text'],
    [
      'a watermark that no font of ours has letters for',
      { watermark: { ...text, text: '워터마크' } },
      'watermark.text',
    ],
    ['a watermark of no colour', { watermark: { ...text, color: 'red' } }, 'watermark.color'],
    ['more than opaque', { watermark: { ...text, opacity: 2 } }, 'watermark.opacity'],
    ['no language', { burnInLanguage: '../en' }, 'burnInLanguage'],
    ['keys for nothing', { encryption: { segmentsPerKey: 0 } }, 'encryption.segmentsPerKey'],
  ])('of a workflow with %s are refused by name', (_, settings, setting) => {
    expect(() => assertWorkflow({ ...DEFAULT_WORKFLOW, ...settings } as WorkflowSettings)).toThrow(
      expect.objectContaining({ code: 'invalid_argument', details: { setting } }),
    )
  })
})
