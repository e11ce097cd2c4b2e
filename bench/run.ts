/** `npm run bench -- <name> [rounds]`: prints a Markdown table. Needs curl. Results: docs/performance.md. */
import { early, encode, pieces } from './encode.ts'
import { parallel, receive, tokens } from './receive.ts'
import { crowd } from './slow-crowd.ts'
import { uploadsUnderEncode } from './uploads-under-encode.ts'

const MIB = 1024 * 1024

const BENCHMARKS: Readonly<Record<string, (rounds: number) => Promise<string>>> = {
  one: (rounds) => receive({ files: 1, sizeBytes: 2048 * MIB }, rounds),
  sixteen: (rounds) => receive({ files: 16, sizeBytes: 64 * MIB }, rounds),
  many: (rounds) => receive({ files: 500, sizeBytes: 2 * MIB }, rounds),
  parallel,
  tokens,
  crowd,
  encode,
  early,
  pieces,
  'uploads-under-encode': uploadsUnderEncode,
}

const [name = '', rounds = '3'] = process.argv.slice(2)
const benchmark = BENCHMARKS[name]
if (benchmark === undefined) {
  process.stderr.write(`Usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')} [rounds]\n`)
  process.exitCode = 2
} else {
  process.stdout.write(await benchmark(Number(rounds)))
}
