import { expect, it } from 'vitest'
import { fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { openProcessing } from '../../test/support/processing.ts'
import { aMediaInfo, aSource, START_MS } from '../../test/support/rows.ts'
import { type ImageId, newId } from '../core/ids.ts'
import { chooseTreatment, type Treatment } from '../core/transcoding/treatment.ts'
import { SystemRandom } from '../system/system-random.ts'
import { drawingOf } from './drawing.ts'

const random = new SystemRandom()
const NO_WISH = { workflowKey: undefined, profileKey: undefined, encrypt: false, audioOnly: false, passthrough: false }
const TEXT = { codec: 'subrip', title: undefined, isForced: false, isForHearingImpaired: false }
const PLACE = { position: 'center', opacity: 1, marginPercent: 0 } as const
const vtt = (text: string) => `WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n${text}\n`

async function open() {
  const processing = await openProcessing()
  const { asset } = await processing.upload(Buffer.from('film'))
  const texts = [{ ...TEXT, streamIndex: 2, language: 'kor' }]
  const media = fakeMediaTools({ texts: async () => new Map([[2, Buffer.from(vtt('inside'))]]) })
  const place = { path: 'film', directory: processing.directory, signal: new AbortController().signal }
  const draw = (treatment: Partial<Treatment>, delivery: Treatment['delivery'] = 'adaptive') =>
    drawingOf(
      aSource(asset, {
        media: aMediaInfo({ texts }),
        treatment: { ...chooseTreatment(NO_WISH), ...treatment, delivery },
      }),
      { work: processing.work, media },
      place,
    )
  return { ...processing, asset, draw }
}

it('is nothing where nothing was asked for, and of sound alone', async () => {
  const { draw } = await open()
  expect(await draw({})).toEqual({ drawing: undefined, omissions: [] })
  expect(await draw({ burnInLanguage: 'ko' }, 'audio')).toEqual({ drawing: undefined, omissions: [] })
})

it('brings the picture of a watermark along, and says when it is gone', async () => {
  const { draw, work, project } = await open()
  const id: ImageId = newId('image', START_MS, random)
  const image = { id, projectId: project.id, contentType: 'image/png', sizeBytes: 3, createdAtMs: START_MS } as const
  await work.read.images.insert(image, Buffer.from('png'))
  const watermark = { ...PLACE, kind: 'image', imageId: id, widthPercent: 10 } as const
  const { drawing } = await draw({ watermark })
  expect(drawing?.watermark).toEqual({ ...watermark, contentType: 'image/png', bytes: Buffer.from('png') })
  await work.read.images.delete(project.id, id)
  expect(await draw({ watermark })).toEqual({ drawing: undefined, omissions: [expect.stringContaining('deleted')] })
})

it("draws the asset's subtitles, else those inside the file, and says when there are none", async () => {
  const { draw, work, asset } = await open()
  expect((await draw({ burnInLanguage: 'ko' })).drawing?.subtitles).toBe(vtt('inside'))
  const subtitle = {
    assetId: asset.id,
    label: 'x',
    kind: 'subtitles',
    isDefault: false,
    createdAtMs: START_MS,
  } as const
  const id = newId('subtitle', START_MS, random)
  await work.read.subtitles.insert({ ...subtitle, id, language: 'ko-KR' }, vtt('own'))
  expect((await draw({ burnInLanguage: 'ko' })).drawing?.subtitles).toBe(vtt('own'))
  const { drawing, omissions } = await draw({ burnInLanguage: 'fr' })
  expect([drawing, omissions]).toEqual([undefined, [expect.stringContaining('subtitles in fr')]])
})
