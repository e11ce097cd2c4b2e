import type { Operation } from '../operation.ts'
import { assertAdmin, SERVICE } from './service.ts'
import { findTemplate, toTemplate } from './template.ts'

/** One template. */
export const templateGet: Operation = {
  service: SERVICE,
  action: 'get',
  admits: 'user',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    assertAdmin(call, 'get')
    return toTemplate(await findTemplate(call, call.number('id')))
  },
}
