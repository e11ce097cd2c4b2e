import type { Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import { assertAdmin, SERVICE } from './service.ts'
import { listTemplates, templateFacts, toTemplate } from './template.ts'

/** The partner's templates, newest first; `totalCount` is that of all pages. */
export const templateList: Operation = {
  service: SERVICE,
  action: 'list',
  admits: 'user',
  parameters: [
    { name: 'filter', type: 'object:KalturaEventNotificationTemplateFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    assertAdmin(call, 'list')
    const filter = call.object('filter')?.values ?? {}
    const all = (await listTemplates(call)).filter((template) => matchesFilter(templateFacts(template), filter))
    const found = ordered(all, filter['orderBy'], templateFacts)
    const objects = pageOf(found, call.object('pager')).map(toTemplate)
    return { type: 'KalturaEventNotificationTemplateListResponse', values: { objects, totalCount: found.length } }
  },
}
