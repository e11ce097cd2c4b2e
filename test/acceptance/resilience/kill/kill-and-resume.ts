import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunningServer, startServer } from '../../support/start-server.ts'
import { storedOriginals } from '../../support/stored-original.ts'
import { CONTENT_RANGE } from './content-range.ts'
import { type KillableUpload, type Transport, WrongAnswer } from './killable-upload.ts'
import { KOLLUS_FORM } from './kollus-form.ts'
import { PARALLEL_CHUNKS } from './parallel-chunks.ts'
import { PULL } from './pull.ts'
import { RUFH_APPEND } from './rufh.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'
import { lost, merged, type StoredRange } from './stored-ranges.ts'
import { TUS_PATCH } from './tus.ts'

export const TRANSPORTS: readonly Transport[] = [
  CONTENT_RANGE,
  TUS_PATCH,
  RUFH_APPEND,
  PARALLEL_CHUNKS,
  KOLLUS_FORM,
  PULL,
]

type Plan = Readonly<{
  seed: number
  /** How often the server is killed before the file may arrive in peace. */
  kills: number
  sizeBytes: Readonly<{ from: number; to: number }>
}>

type Done = Readonly<{ kills: number; sizeBytes: number }>

const STORED_LIMIT_MS = 60_000
const WATCH_PAUSE_MS = 20
const LONGEST_DELAY_MS = 40

/**
 * Sends one file to a server of its own that is killed with SIGKILL at random moments, also right after it said that
 * all is there. Throws, naming the seed, when bytes that were told to be stored are not there after a restart, when an
 * answer is wrong, or when what was stored in the end is anything but exactly this file, once.
 */
export async function killAndResume(transport: Transport, plan: Plan): Promise<Done> {
  const server = { now: await startServer({ env: transport.env ?? {} }) }
  try {
    return await new Run(transport, plan, server).run()
  } catch (cause) {
    throw new Error(`${transport.name}, seed ${plan.seed}: ${String(cause)}\n${server.now.output().slice(-2_000)}`, {
      cause,
    })
  } finally {
    await server.now.remove()
  }
}

class Run {
  readonly #transport: Transport
  readonly #server: { now: RunningServer }
  readonly #random: SeededRandom
  readonly #file: Buffer
  #killsLeft: number
  #kills = 0
  /** All that the server ever said it has. */
  #promised: readonly StoredRange[] = []
  #killAfterBytes = Number.POSITIVE_INFINITY
  #killing: Promise<void> | undefined

  constructor(transport: Transport, plan: Plan, server: { now: RunningServer }) {
    this.#transport = transport
    this.#server = server
    this.#random = seededRandom(plan.seed)
    this.#file = this.#random.bytes(this.#random.between(plan.sizeBytes.from, plan.sizeBytes.to))
    this.#killsLeft = Math.min(plan.kills, transport.mostKills ?? plan.kills)
  }

  async run(): Promise<Done> {
    const upload = await this.#transport.begin({
      serverUrl: this.#server.now.url,
      file: this.#file,
      random: this.#random,
      acknowledge: (range) => this.#promise([range]),
      sent: (bytes) => this.#count(bytes),
    })
    try {
      for (;;) {
        const stored = await this.#ask(upload)
        const isDone = await this.#attempt(upload, stored)
        if (isDone && this.#killsLeft === 0) break
      }
      this.#promise([{ start: 0, end: this.#file.length }])
      await this.#ask(upload)
      await this.#untilStored()
      return { kills: this.#kills, sizeBytes: this.#file.length }
    } finally {
      await upload.end?.()
    }
  }

  /** One try that a kill may end; true when the transport is satisfied. */
  async #attempt(upload: KillableUpload, stored: readonly StoredRange[]): Promise<boolean> {
    const isToBeKilled = this.#killsLeft > 0
    const leftBytes = this.#file.length - stored.reduce((sum, { start, end }) => sum + end - start, 0)
    this.#killAfterBytes = isToBeKilled ? this.#random.between(0, leftBytes + 1) : Number.POSITIVE_INFINITY
    const watch = this.#watch(upload)
    try {
      await upload.resume(stored)
      // It came to its end first: then the answer is followed by the kill.
      if (isToBeKilled) this.#killing ??= this.#kill()
      return true
    } catch (error) {
      if (error instanceof WrongAnswer || this.#killing === undefined) throw error
      return false
    } finally {
      await watch.stop()
      this.#killAfterBytes = Number.POSITIVE_INFINITY
      await this.#killing
      this.#killing = undefined
    }
  }

  #count(bytes: number): void {
    this.#killAfterBytes -= bytes
    if (this.#killAfterBytes <= 0) this.#killing ??= this.#kill()
  }

  async #kill(): Promise<void> {
    this.#killsLeft -= 1
    this.#kills += 1
    await delay(this.#random.between(0, LONGEST_DELAY_MS))
    this.#server.now = await this.#server.now.crashAndRestart()
  }

  #promise(ranges: readonly StoredRange[]): void {
    this.#promised = merged(this.#promised, ...ranges)
  }

  /** What the server says it has now, by the transport's own question and by the status document. */
  async #ask(upload: KillableUpload): Promise<readonly StoredRange[]> {
    const promised = this.#promised
    const answers = [merged(await upload.ask())]
    if (upload.statusUrl !== undefined) answers.push(await rangesOf(upload.statusUrl))
    for (const stored of answers) {
      const gone = lost(promised, stored)
      if (gone.length > 0) {
        throw new WrongAnswer(`promised ${JSON.stringify(promised)}, but there is ${JSON.stringify(stored)}`)
      }
      this.#promise(stored)
    }
    return answers[0] as readonly StoredRange[]
  }

  /** Notes what the server reports while bytes are on their way; nobody who reads that may be disappointed later. */
  #watch(upload: KillableUpload): Readonly<{ stop(): Promise<void> }> {
    let isOver = false
    const watching = (async () => {
      while (!isOver && upload.statusUrl !== undefined) {
        const ranges = await rangesOf(upload.statusUrl).catch(() => [])
        this.#promise(ranges)
        await delay(WATCH_PAUSE_MS)
      }
    })()
    return {
      stop: () => {
        isOver = true
        return watching
      },
    }
  }

  async #untilStored(): Promise<void> {
    const wanted = createHash('sha256').update(this.#file).digest('hex')
    for (const untilMs = Date.now() + STORED_LIMIT_MS; ; await delay(50)) {
      // A folder may be there a moment before its file.
      const stored = await storedOriginals(this.#server.now.dataDirectory).catch(() => [])
      if (stored.length === 1 && stored[0] === wanted) return
      if (stored.length > 0 || Date.now() > untilMs) {
        throw new WrongAnswer(`stored instead of one ${wanted}: ${JSON.stringify(stored)}`)
      }
    }
  }
}

async function rangesOf(statusUrl: string): Promise<readonly StoredRange[]> {
  const response = await fetch(statusUrl)
  if (response.status !== 200) throw new WrongAnswer(`status: ${response.status} ${await response.text()}`)
  return merged(((await response.json()) as { ranges: readonly StoredRange[] }).ranges)
}
