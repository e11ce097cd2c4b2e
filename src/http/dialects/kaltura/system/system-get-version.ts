import type { Operation } from '../operation.ts'

/** The release of the vendor's API whose behaviour is spoken here; clients log it. */
const VERSION = '22.19.0'

export const systemGetVersion: Operation = {
  service: 'system',
  action: 'getVersion',
  admits: 'anyone',
  parameters: [],
  run: async () => VERSION,
}
