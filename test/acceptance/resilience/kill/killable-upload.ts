import type { SeededRandom } from './seeded-random.ts'
import type { StoredRange } from './stored-ranges.ts'

/** One file on its way to a server that is killed again and again. */
export type Journey = Readonly<{
  serverUrl: string
  file: Buffer
  random: SeededRandom
  /** The server has said that these bytes are stored. */
  acknowledge(range: StoredRange): void
  /** So many more bytes were handed to the connection. */
  sent(bytes: number): void
}>

/** A client of one transport. Both calls reject when the connection breaks, and with `WrongAnswer` for a bad answer. */
export type KillableUpload = Readonly<{
  /** Which bytes the server says it has, asked as the transport asks; all of them once the upload is complete. */
  ask(): Promise<readonly StoredRange[]>
  /** Goes on after `stored`, and resolves when the server has said that the file is complete. */
  resume(stored: readonly StoredRange[]): Promise<void>
  /** Where its state can be watched without disturbing it, if anywhere. */
  statusUrl: string | undefined
  /** Frees what the client holds besides its connections. */
  end?(): Promise<void>
}>

export type Transport = Readonly<{
  name: string
  /** Settings that its server needs. */
  env?: Readonly<Record<string, string>>
  /** It bears no more kills than these. */
  mostKills?: number
  begin(journey: Journey): Promise<KillableUpload>
}>

/** The server answered, but not as it should have: a failure that no kill excuses. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}
