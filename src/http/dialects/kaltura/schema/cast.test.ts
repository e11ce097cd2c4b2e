import { describe, expect, it } from 'vitest'
import { KalturaError } from '../errors.ts'
import { fromJson, type Parameter } from '../transport/parameters.ts'
import { cast } from './cast.ts'
import type { ValueType } from './property.ts'

describe('a scalar', () => {
  it.each<readonly [ValueType, Parameter, unknown]>([
    ['bool', 'False', false],
    ['bool', 'True', true],
    ['bool', '0', false],
    ['bool', '', false],
    ['bool', 1, true],
    ['int', '12abc', 12],
    ['int', 'abc', 0],
    ['int', '-1', -1],
    ['int', true, 1],
    ['float', '2.5e3', 2500],
    ['float', null, 0],
    ['nullableBool', '', false],
    ['nullableBool', -1, null],
    ['nullableBool', '1', true],
    ['nullableBool', true, true],
    ['string', 5, '5'],
    ['string', true, '1'],
    ['string', null, ''],
    ['enum:KalturaMediaType', '2', 2],
    ['enum:KalturaMediaType', true, 1],
    ['enum:KalturaSessionType', false, 0],
  ])('%s from %j is %j', (type, sent, expected) => {
    expect(cast(type, sent, 'x', 'read')).toBe(expected)
  })

  it('takes the first of several languages', () => {
    expect(cast('string', [fromJson({ language: 'en', value: 'Hi' }) ?? null], 'name', 'add')).toBe('Hi')
  })
})

describe('what does not fit', () => {
  it.each<readonly [ValueType, unknown, string, object]>([
    [
      'enum:KalturaMediaType',
      3,
      'INVALID_ENUM_VALUE',
      { ENUM_VAL: '3', PARAM_NAME: 'x', ENUM_TYPE: 'KalturaMediaType' },
    ],
    ['string', 'a\u0001', 'INVALID_PARAMETER_CHAR', { XML_FIELD: 'x' }],
    ['object:KalturaUploadToken', 'text', 'PROPERTY_VALIDATION_WRONG_FORMAT', { PROP_NAME: 'x', FORMAT: 'array' }],
    ['object:KalturaResource', {}, 'OBJECT_TYPE_ABSTRACT', { OBJ_TYPE: 'KalturaResource' }],
    [
      'object:KalturaResource',
      { objectType: 'KalturaMediaEntry' },
      'OBJECT_TYPE_ABSTRACT',
      { OBJ_TYPE: 'KalturaResource' },
    ],
    [
      'object:KalturaResource',
      { objectType: 'KalturaUploadedFileTokenResource' },
      'PROPERTY_VALIDATION_CANNOT_BE_NULL',
      { PROP_NAME: 'KalturaUploadedFileTokenResource::token' },
    ],
    [
      'object:KalturaMediaEntry',
      {},
      'PROPERTY_VALIDATION_CANNOT_BE_NULL',
      { PROP_NAME: 'KalturaMediaEntry::mediaType' },
    ],
    [
      'object:KalturaUploadToken',
      { id: 'x' },
      'PROPERTY_VALIDATION_NOT_UPDATABLE',
      { PROP_NAME: 'KalturaUploadToken::id' },
    ],
    [
      'object:KalturaUploadToken',
      { id: null },
      'PROPERTY_VALIDATION_NOT_UPDATABLE',
      { PROP_NAME: 'KalturaUploadToken::id' },
    ],
    [
      'object:KalturaUploadToken',
      { id__null: '' },
      'PROPERTY_VALIDATION_NOT_UPDATABLE',
      { PROP_NAME: 'KalturaUploadToken::id' },
    ],
    [
      'object:KalturaUploadToken',
      { fileName: 'x'.repeat(257) },
      'PROPERTY_VALIDATION_MAX_LENGTH',
      { PROP_NAME: 'KalturaUploadToken::fileName', MAX_LEN: '256' },
    ],
  ])('%s from %j is %s', (type, sent, code, args) => {
    const value = typeof sent === 'object' ? (fromJson(sent) ?? null) : (sent as Parameter)
    const run = (): unknown => cast(type, value, 'x', 'add')
    expect(run).toThrow(KalturaError)
    expect(run).toThrow(expect.objectContaining({ code, args }))
  })
})

describe('an object', () => {
  it('is what it says it is, as long as that is a kind of what is asked for', () => {
    const sent = fromJson({ objectType: 'KalturaUploadedFileTokenResource', token: 'x', unknown: 1 }) ?? null
    expect(cast('object:KalturaResource', sent, 'resource', 'read')).toMatchObject({
      objectType: 'KalturaUploadedFileTokenResource',
      values: { token: 'x' },
    })
    const lying = fromJson({ objectType: 'KalturaMediaEntry', fileName: 'x' }) ?? null
    expect(cast('object:KalturaUploadToken', lying, 'uploadToken', 'add')).toMatchObject({
      objectType: 'KalturaUploadToken',
      values: { fileName: 'x' },
    })
  })

  it('has its arrays in the order of their keys, without the sign for an empty one', () => {
    const container = (token: string) => ({
      assetParamsId: 0,
      resource: { objectType: 'KalturaUploadedFileTokenResource', token },
    })
    const sent = {
      objectType: 'KalturaAssetsParamsResourceContainers',
      resources: { item10: container('b'), item9: container('a'), '-': '' },
    }
    const cut = cast('object:KalturaResource', fromJson(sent) ?? null, 'resource', 'read')
    const tokens = JSON.stringify(cut).match(/"token":"(.)"/g)
    expect(tokens).toEqual(['"token":"a"', '"token":"b"'])
  })
})
