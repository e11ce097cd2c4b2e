import type { Operation } from '../operation.ts'
import { itemsOf, pageOf } from '../schema/pager.ts'
import { listAppTokens, toAppToken } from './app-token.ts'
import { notYours } from './session.ts'

/** The partner's application tokens; an administrator's to see. */
export const appTokenList: Operation = {
  service: 'appToken',
  action: 'list',
  admits: 'user',
  parameters: [
    { name: 'filter', type: 'object:KalturaAppTokenFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    if (!call.session.isAdmin) throw notYours()
    const { idEqual, idIn, statusEqual } = call.object('filter')?.values ?? {}
    const ids = itemsOf(idEqual) ?? itemsOf(idIn)
    const found = (await listAppTokens(call.services, call.session)).filter(
      ({ id, status }) =>
        (ids === undefined || ids.includes(id)) && (typeof statusEqual !== 'number' || status === statusEqual),
    )
    const objects = pageOf(found, call.object('pager')).map(toAppToken)
    return { type: 'KalturaAppTokenListResponse', values: { objects, totalCount: found.length } }
  },
}
