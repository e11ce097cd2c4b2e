import type { Operation } from '../operation.ts'
import { findCategory, toCategory } from './category.ts'

/** One category. */
export const categoryGet: Operation = {
  service: 'category',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'id', type: 'int' }],
  run: async (call) => toCategory(call, await findCategory(call, call.number('id'))),
}
