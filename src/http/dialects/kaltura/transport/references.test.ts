import { expect, it } from 'vitest'
import { KalturaError } from '../errors.ts'
import { toWire } from '../schema/wire-value.ts'
import type { Outcome } from './outcome.ts'
import { fromJson, type Parameters } from './parameters.ts'
import { resolveReferences } from './references.ts'

const token = (id: string) => ({ type: 'KalturaUploadToken', values: { id, autoFinalize: true } }) as const
const EARLIER: readonly Outcome[] = [
  { value: 'ks' },
  { value: toWire(token('0_a')) },
  {
    value: toWire({
      type: 'KalturaUploadTokenListResponse',
      values: { objects: [token('0_b'), token('0_c')], totalCount: 2 },
    }),
  },
  { error: new KalturaError('UPLOAD_TOKEN_NOT_FOUND') },
]

it.each([
  ['{1:result}', 'ks'],
  ['{2:result:id}', '0_a'],
  ['{2:result:objectType}', 'KalturaUploadToken'],
  ['{2:result:autoFinalize}', '1'],
  ['{3:result:objects:1:id}', '0_c'],
  ['{3:result:objects:_all:id}', '0_b,0_c,'],
  ['{3:result:totalCount}', '2'],
  ['file of {2:result:id}.mp4', 'file of 0_a.mp4'],
  ['{2:result:nothing}', ''],
  ['{2:result}', ''],
  ['{4:result:id}', ''],
  ['{5:result:id}', ''],
  ['{0:result}', ''],
  ['{x:result}', '{x:result}'],
])('%s is %j', (text, expected) => {
  const sent = fromJson({ deep: { in: [text] }, number: 1 }) as Parameters
  expect(JSON.parse(JSON.stringify(resolveReferences(sent, EARLIER)))).toEqual({ deep: { in: [expected] }, number: 1 })
})
