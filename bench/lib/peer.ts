import type { MeteredProcess } from './process-meter.ts'

/** One request that carries a whole file. `form` sends it as multipart instead of as the raw body. */
export type SendPlan = Readonly<{
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  form: boolean
}>

/** A server that takes files, running on a directory of its own. */
export type RunningPeer = Readonly<{
  process: MeteredProcess
  /** Everything a client does before the first byte (asking for a token, creating an upload). */
  plan(name: string, sizeBytes: number): Promise<SendPlan>
  stop(): Promise<void>
}>

export type Peer = Readonly<{
  name: string
  durable: boolean
  start(directory: string, port: number): Promise<RunningPeer>
}>
