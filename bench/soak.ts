/**
 * `npm run soak -- [--minutes 10] [--rounds n] [--seed n] [--kills 8] [--transport name]`: sends files by every
 * transport to servers that are killed at random moments, until the time or the rounds are over. Prints the seed of
 * every upload; a failure is repeated with `--seed <it> --rounds 1 --transport <its name>`. Before that, once, a film of
 * 500 MiB in the blocks of Cloud VoD, through two kills: that alone is `--transport cloudv`.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { sendThroughKills } from '../test/acceptance/cloudv/send-through-kills.ts'
import { killAndResume, TRANSPORTS } from '../test/acceptance/resilience/kill/kill-and-resume.ts'

const MIB = 1024 * 1024
const SEEDS = 2 ** 32
const CLOUDV = 'cloudv blocks'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rounds: { type: 'string', default: 'Infinity' },
    kills: { type: 'string', default: '8' },
    seed: { type: 'string', default: String(randomInt(SEEDS)) },
    transport: { type: 'string', default: '' },
  },
})
const untilMs = Date.now() + Number(values.minutes) * 60_000
const transports = TRANSPORTS.filter(({ name }) => name.includes(values.transport))
const hasBlocks = CLOUDV.includes(values.transport)
if (transports.length === 0 && !hasBlocks) {
  throw new Error(`transports: ${[CLOUDV, ...TRANSPORTS.map(({ name }) => name)].join(', ')}`)
}
if (hasBlocks) {
  const startedAtMs = Date.now()
  await sendThroughKills(500 * MIB)
  process.stdout.write(`${CLOUDV}: 500 MiB, 2 kills, ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s\n`)
}

let kills = hasBlocks ? 2 : 0
let files = hasBlocks ? 1 : 0
for (let round = 0; transports.length > 0 && round < Number(values.rounds) && Date.now() < untilMs; round++) {
  for (const transport of transports) {
    const seed = (Number(values.seed) + round) % SEEDS
    const startedAtMs = Date.now()
    const plan = { seed, kills: Number(values.kills), sizeBytes: { from: 1, to: 96 * MIB } }
    const done = await killAndResume(transport, plan)
    kills += done.kills
    files += 1
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1)
    process.stdout.write(
      `${transport.name}: seed ${seed}, ${done.sizeBytes} bytes, ${done.kills} kills, ${seconds} s\n`,
    )
  }
}
process.stdout.write(`${files} files arrived, ${kills} kills, nothing lost\n`)
