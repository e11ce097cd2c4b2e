import { describe, expect, it } from 'vitest'
import { v0Item, v0List, v3List } from './answers.ts'
import { readPage } from './page-request.ts'

const page = readPage(
  new Map([
    ['page', '3'],
    ['per_page', '20'],
  ]),
)

describe('a list', () => {
  it('of v0 tells the total count, and has a list within its items, even of one', () => {
    expect(v0List([{ id: 1 }], 41, page, 'id_asc')).toEqual({
      error: 0,
      message: '',
      result: { count: 41, per_page: 20, order: 'id_asc', items: { item: [{ id: 1 }] } },
    })
    expect(v0List([], 0, page, 'id_asc').result.items).toEqual({ item: [] })
  })

  it('of v3 tells where it is', () => {
    expect(v3List([{ id: 1 }], 41, page)).toEqual({
      status: 'ok',
      error: 0,
      message: '',
      data: [{ id: 1 }],
      pagination: { total: 41, count: 1, per_page: 20, current_page: 3, last_page: 3 },
    })
    expect(v3List([], 0, page).pagination.last_page).toBe(1)
  })

  it('is another thing than a single item', () => {
    expect(v0Item({ key: 'a' })).toEqual({ error: 0, message: '', result: { item: { key: 'a' } } })
  })
})
