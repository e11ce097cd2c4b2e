import type { Operation } from '../operation.ts'

/** Says that somebody is here. */
export const systemPing: Operation = {
  service: 'system',
  action: 'ping',
  admits: 'anyone',
  parameters: [],
  run: async () => true,
}
