import type { SystemCall } from './system-call-trace.ts'

type StoragePromise = Readonly<{
  /** How the answer that makes the promise begins. */
  answer: string
  /** So many bytes it says are stored. */
  bytes: number
}>

/**
 * Checks that nothing could be lost any more when the answer was given to the socket: the bytes were written to the staged
 * file, then that file was synced, then the database was written, then synced, and then the answer left.
 *
 * @returns what is wrong with it; undefined when all is in order
 */
export function faultOfAnswer(calls: readonly SystemCall[], { answer, bytes }: StoragePromise): string | undefined {
  const told = calls.find((call) => isToSocket(call) && call.text.includes(`"${answer}`))
  if (told === undefined) return `no answer begins with ${answer}`
  const before = calls.filter((call) => call.endedAt < told.startedAt)

  const writes = before.filter((call) => /^pwrite/.test(call.name) && call.target.includes('/~staging/'))
  const writtenBytes = (place: number): number =>
    writes.filter((call) => call.endedAt < place).reduce((sum, { result }) => sum + Math.max(0, result), 0)
  if (writtenBytes(told.startedAt) < bytes) return `only ${writtenBytes(told.startedAt)} of ${bytes} bytes were written`

  const path = writes[0]?.target
  const sync = before.find((call) => isSync(call) && call.target === path && writtenBytes(call.startedAt) >= bytes)
  if (sync === undefined) return `the file was not synced with all ${bytes} bytes in it`
  // A file whose name is not on stable storage is lost with all that is in it.
  const folder = path?.slice(0, path.lastIndexOf('/'))
  if (!before.some((call) => isSync(call) && call.target === folder)) return 'the folder of the file was not synced'

  const log = before.filter((call) => call.target.endsWith('.db-wal') && call.startedAt > sync.endedAt)
  const lastWrite = log.findLast(({ name }) => name === 'pwrite64')
  if (lastWrite === undefined) return 'the database was not written after the file was synced'
  if (!log.some((call) => isSync(call) && call.startedAt > lastWrite.endedAt)) return 'the database was not synced'
  return undefined
}

function isSync({ name, result }: SystemCall): boolean {
  return (name === 'fdatasync' || name === 'fsync') && result === 0
}

function isToSocket({ name, target }: SystemCall): boolean {
  return ['write', 'writev', 'sendto', 'sendmsg'].includes(name) && target.startsWith('TCP')
}
