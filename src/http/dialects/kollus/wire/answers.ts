import { cut, type PageRequest } from './page-request.ts'

/** v0: `error`, `message`, `result`; an empty result is an empty list. Source: docs/dialects/kollus.md#lists. */
export function v0Result<T>(result: T) {
  return { error: 0, message: '', result } as const
}

export function v0Empty() {
  return v0Result([] as const)
}

export function v0Item<T>(item: T) {
  return v0Result({ item })
}

/** A v0 list. `count` is of the whole list, by which clients page. `item` is a list even of one, or of none. */
export function v0List<T>(items: readonly T[], count: number, { perPage }: PageRequest, order: string) {
  return v0Result({ count, per_page: perPage, order, items: { item: items } })
}

/** Profiles are shown in a list of their own kind: whole, without the object around its items. */
export function v0PlainList<T>(all: readonly T[], request: PageRequest) {
  const { perPage } = request
  return v0Result({ count: all.length, per_page: perPage, order: 'id_asc', items: cut(all, request) })
}

/** v3 and vod-v0: `data`; beside it what clients of either look at first. */
export function v3Data<T>(data: T) {
  return { status: 'ok', error: 0, message: '', data } as const
}

export function v3List<T>(items: readonly T[], total: number, { page, perPage }: PageRequest) {
  return {
    ...v3Data(items),
    pagination: {
      total,
      count: items.length,
      per_page: perPage,
      current_page: page,
      last_page: Math.max(1, Math.ceil(total / perPage)),
    },
  }
}
