import { describe, expect, it } from 'vitest'
import { fromJson, merged, noParameters, type Parameters, pathOf, setByName } from './parameters.ts'
import { urlParameters } from './request-url.ts'

const plain = (tree: Parameters | undefined): unknown => JSON.parse(JSON.stringify(tree))

describe('a flat name', () => {
  it.each([
    ['ks', ['ks']],
    ['uploadToken:fileName', ['uploadToken', 'fileName']],
    ['uploadToken[fileName]', ['uploadToken', 'fileName']],
    ['2:resource[token]', ['2', 'resource', 'token']],
    ['resources:item0:token', ['resources', 'item0', 'token']],
    ['a[b][c]', ['a', 'b', 'c']],
    ['[x]', ['[x]']],
  ])('%s is a path', (name, path) => {
    expect(pathOf(name)).toEqual(path)
  })

  it('may ask for the next element', () => {
    const tree = noParameters()
    setByName(tree, 'a[]', 'x')
    setByName(tree, 'a[]', 'y')
    expect(plain(tree)).toEqual({ a: { 0: 'x', 1: 'y' } })
  })

  it('means nothing to the language', () => {
    const tree = noParameters()
    setByName(tree, '__proto__:polluted', 'yes')
    setByName(tree, 'constructor:prototype:polluted', 'yes')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

it('reads JSON, flat names in it included', () => {
  expect(plain(fromJson({ a: { b: [1, null, true] }, '1:service': 'media' }))).toEqual({
    a: { b: [1, null, true] },
    1: { service: 'media' },
  })
  for (const value of [null, 1, 'x', []]) expect(fromJson(value)).toBeUndefined()
})

it('merges to any depth, and the later wins', () => {
  const base = fromJson({ a: { b: 1, c: 2 }, d: 3 }) as Parameters
  const added = fromJson({ a: { c: 4 }, d: { e: 5 } }) as Parameters
  expect(plain(merged(base, added))).toEqual({ a: { b: 1, c: 4 }, d: { e: 5 } })
  expect(plain(base)).toEqual({ a: { b: 1, c: 2 }, d: 3 })
})

describe('a URL', () => {
  it.each([
    ['/api_v3/service/baseentry/action/get/entryId/0_a', { service: 'baseentry', action: 'get', entryId: '0_a' }],
    ['/api_v3/index.php/service/a/action/b', { service: 'a', action: 'b' }],
    ['//api_v3//service/a/action/b', { service: 'a', action: 'b' }],
    ['/api_v3/?service=a&action=b&filter[x]=1&filter:y=2', { service: 'a', action: 'b', filter: { x: '1', y: '2' } }],
    ['/api_v3/service/a/service/b?service=c', { service: 'a' }],
    ['/api_v3/service/a/name/%E0%A4%A', { service: 'a', name: '%E0%A4%A' }],
    ['/api/service/a/action/b', { service: 'a', action: 'b' }],
  ])('%s carries its parameters', (url, expected) => {
    expect(plain(urlParameters(url))).toEqual(expected)
  })
})
