import { describe, expect, it } from 'vitest'
import { KalturaError } from '../errors.ts'
import { toWire } from '../schema/wire-value.ts'
import { toJson } from './to-json.ts'
import { toPhp } from './to-php.ts'
import { toXml } from './to-xml.ts'

const TOKEN = {
  value: toWire({
    type: 'KalturaUploadToken',
    values: { id: '0_a', status: 1, autoFinalize: false, uploadedFileSize: 5, fileName: '<é>' },
  }),
}
const LIST = { value: toWire({ type: 'KalturaUploadTokenListResponse', values: { objects: [], totalCount: 0 } }) }
const PLAIN_ERROR = { error: new KalturaError('UPLOAD_TOKEN_NOT_FOUND') }
const ERROR = { error: new KalturaError('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: 'a<b>"c' }) }
const xml = (text: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><xml><result>${text}</result><executionTime>0.5</executionTime></xml>`
const asXml = (response: Parameters<typeof toXml>[0], omitsNull = true): string =>
  toXml(response, { executionTimeS: 0.5, omitsNull })

describe('JSON', () => {
  it('leaves out what is null and writes sizes as text', () => {
    expect(JSON.parse(toJson(TOKEN))).toEqual({
      id: '0_a',
      status: 1,
      fileName: '<é>',
      uploadedFileSize: '5',
      autoFinalize: false,
      objectType: 'KalturaUploadToken',
    })
  })

  it('has bare values, lists and slots', () => {
    expect(toJson({ value: 'ks' })).toBe('"ks"')
    expect(toJson({ value: null })).toBe('null')
    expect(toJson(LIST)).toBe('{"objects":[],"totalCount":0,"objectType":"KalturaUploadTokenListResponse"}')
    expect(toJson({ slots: [{ value: true }, PLAIN_ERROR] })).toBe(
      '[true,{"code":"UPLOAD_TOKEN_NOT_FOUND","message":"Upload token not found","objectType":"KalturaAPIException","args":[]}]',
    )
  })

  it('names the arguments of an error, without tags in them', () => {
    expect(JSON.parse(toJson(ERROR))).toMatchObject({ message: 'Missing parameter "a"c"', args: { PARAM_NAME: 'a"c' } })
  })
})

describe('XML', () => {
  it('has an element for each property, the type first', () => {
    expect(asXml(TOKEN)).toBe(
      xml(
        '<objectType>KalturaUploadToken</objectType><id>0_a</id><status>1</status><fileName>&lt;é&gt;</fileName>' +
          '<uploadedFileSize>5</uploadedFileSize><autoFinalize>0</autoFinalize>',
      ),
    )
    expect(asXml(TOKEN, false)).toContain('<partnerId></partnerId>')
  })

  it('has items for lists and slots, and nothing for nothing', () => {
    expect(asXml({ value: null })).toBe(xml(''))
    expect(asXml({ slots: [{ value: true }, { value: 'x' }] })).toBe(xml('<item>1</item><item>x</item>'))
    expect(asXml(LIST)).toContain('<objects></objects><totalCount>0</totalCount>')
  })

  it('has one shape for errors', () => {
    expect(asXml(ERROR)).toBe(
      xml(
        '<error><code>MISSING_MANDATORY_PARAMETER</code><message>Missing parameter &quot;a&quot;c&quot;</message>' +
          '<objectType>KalturaAPIException</objectType><args><item><objectType>KalturaApiExceptionArg</objectType>' +
          '<name>PARAM_NAME</name><value>a&quot;c</value></item></args></error>',
      ),
    )
  })

  it('is well-formed whatever a client named its file', () => {
    expect(asXml({ value: 'a\u0000b\ud800c' })).toBe(xml('ab\ufffdc'))
  })
})

describe('PHP', () => {
  it('counts bytes, not characters', () => {
    expect(toPhp({ value: 'é' })).toBe('s:2:"é";')
    expect(toPhp({ slots: [{ value: 5 }, { value: false }, { value: null }] })).toBe('a:3:{i:0;i:5;i:1;b:0;i:2;N;}')
    expect(toPhp(LIST)).toBe('O:30:"KalturaUploadTokenListResponse":2:{s:7:"objects";a:0:{}s:10:"totalCount";i:0;}')
    expect(toPhp(PLAIN_ERROR)).toBe(
      'a:4:{s:4:"code";s:22:"UPLOAD_TOKEN_NOT_FOUND";s:7:"message";s:22:"Upload token not found";' +
        's:10:"objectType";s:19:"KalturaAPIException";s:4:"args";a:0:{}}',
    )
  })
})
