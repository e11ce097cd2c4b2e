import { describe, expect, it } from 'vitest'
import { cut, readAssetOrder, readPage } from './page-request.ts'

const asked = (text: string) => new Map(new URLSearchParams(text))

describe('a page', () => {
  it.each([
    ['', { page: 1, perPage: 500, window: { offset: 0, limit: 500 } }],
    ['page=1', { page: 1, perPage: 100, window: { offset: 0, limit: 100 } }],
    ['page=3&per_page=20', { page: 3, perPage: 20, window: { offset: 40, limit: 20 } }],
    ['per_page=9999', { page: 1, perPage: 500, window: { offset: 0, limit: 500 } }],
  ])('of "%s" is a window of rows', (text, page) => {
    expect(readPage(asked(text))).toEqual(page)
  })

  it.each(['page=0', 'page=-1', 'page=x', 'per_page=0', 'per_page=1.5', 'page=99999999999'])('refuses %s', (text) => {
    expect(() => readPage(asked(text))).toThrow(/whole number/)
  })

  it('is cut out of a list, also behind its end', () => {
    expect(cut([1, 2, 3, 4, 5], readPage(asked('page=2&per_page=2')))).toEqual([3, 4])
    expect(cut([1, 2, 3], readPage(asked('page=9&per_page=2')))).toEqual([])
  })
})

describe('an order', () => {
  it.each([
    ['', 'created_desc'],
    ['order=id_asc', 'created_asc'],
    ['order=position_desc', 'created_desc'],
    ['order=created_at_desc', 'created_desc'],
    ['order=created_at%7Casc', 'created_asc'],
    ['order_by=updated_at_desc', 'updated_desc'],
    ['order=title_asc', 'title_asc'],
    ['order=nonsense', 'created_desc'],
    ['order=__proto___asc', 'created_desc'],
  ])('of "%s" is %s', (text, order) => {
    expect(readAssetOrder(asked(text))).toBe(order)
  })
})
