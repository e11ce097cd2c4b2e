import type { Operation } from '../operation.ts'
import { assertAdmin, SERVICE } from './service.ts'
import { findTemplate } from './template.ts'

/** Tells its receiver nothing more, also of what waited. */
export const templateDelete: Operation = {
  service: SERVICE,
  action: 'delete',
  admits: 'user',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    assertAdmin(call, 'delete')
    const { id } = await findTemplate(call, call.number('id'))
    await call.services.webhooks.delete(call.session.projectId, id)
    return null
  },
}
