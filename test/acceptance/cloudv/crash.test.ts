import { describe, it } from 'vitest'
import { MIB } from './cloudv-client.ts'
import { sendThroughKills } from './send-through-kills.ts'

describe('a server that is killed', () => {
  // With 500 MiB, as the issue has it, by `npm run soak -- --transport cloudv`.
  it('loses no block it has answered; a new token for the same fileId goes on', () =>
    sendThroughKills(64 * MIB + 12_345))
})
