import type { Operation } from '../operation.ts'
import { assertAdmin, SERVICE } from './service.ts'
import { createTemplate, findTemplate, settingsOf, toTemplate } from './template.ts'

/** Says whom to tell of what, from now on. */
export const templateAdd: Operation = {
  service: SERVICE,
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'eventNotificationTemplate', type: 'object:KalturaEventNotificationTemplate', purpose: 'add' }],
  async run(call) {
    assertAdmin(call, 'add')
    return toTemplate(await createTemplate(call, call.object('eventNotificationTemplate')?.values ?? {}))
  },
}

/** As another template of the partner's, but for what is said differently. */
export const templateClone: Operation = {
  service: SERVICE,
  action: 'clone',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'int' },
    {
      name: 'eventNotificationTemplate',
      type: 'object:KalturaEventNotificationTemplate',
      default: null,
      purpose: 'update',
    },
  ],
  async run(call) {
    assertAdmin(call, 'clone')
    const { values } = settingsOf(await findTemplate(call, call.number('id')))
    const own = Object.entries(call.object('eventNotificationTemplate')?.values ?? {})
    const said = Object.fromEntries(own.filter(([, value]) => value !== undefined && value !== null))
    return toTemplate(await createTemplate(call, { ...values, ...said }))
  },
}
