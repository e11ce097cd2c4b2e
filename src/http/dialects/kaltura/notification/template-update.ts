import type { Operation } from '../operation.ts'
import { assertUnchanged } from '../schema/cast.ts'
import { assertAdmin, SERVICE } from './service.ts'
import { changeTemplate, findTemplate, settingsOf, TEMPLATE_STATUS, toTemplate } from './template.ts'

/** Changes what a template names; the rest stays as it is, and a null clears. */
export const templateUpdate: Operation = {
  service: SERVICE,
  action: 'update',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'int' },
    { name: 'eventNotificationTemplate', type: 'object:KalturaEventNotificationTemplate', purpose: 'update' },
  ],
  async run(call) {
    assertAdmin(call, 'update')
    const template = await findTemplate(call, call.number('id'))
    const sent = call.object('eventNotificationTemplate')
    if (sent === undefined) return toTemplate(template)
    assertUnchanged(sent, toTemplate(template).values)
    const stated = Object.entries(sent.values).filter(([, value]) => value !== undefined)
    const values = { ...settingsOf(template).values, ...Object.fromEntries(stated) }
    return toTemplate(await changeTemplate(call, template, { values }))
  },
}

/** Switches a template on (2) or off (1). What happens while it is off is not told later. */
export const templateUpdateStatus: Operation = {
  service: SERVICE,
  action: 'updateStatus',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'int' },
    { name: 'status', type: 'enum:KalturaEventNotificationTemplateStatus' },
  ],
  async run(call) {
    assertAdmin(call, 'updateStatus')
    const template = await findTemplate(call, call.number('id'))
    const isActive = call.number('status') === TEMPLATE_STATUS.active
    return toTemplate(await changeTemplate(call, template, { isActive }))
  },
}
