import { DomainError } from '../core/errors.ts'
import { ToolFailure } from '../core/ports/media-tools.ts'
import type { MediaInfo } from '../core/transcoding/media-info.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import {
  type ChosenStreams,
  chooseStreams,
  describeMedia,
  originSeconds,
  streamEndSeconds,
  tooLong,
} from './describe-media.ts'
import { hasTooManyStreams } from './encode-failure.ts'
import type { MediaLimits } from './media-limits.ts'
import { type OpenedInput, openInput } from './open-input.ts'
import { PacketScan } from './packet-scan.ts'
import { type Probed, parseProbe } from './parse-probe.ts'
import { describeArguments, packetArguments } from './probe-arguments.ts'
import { captureProcess, KILLED, type ProcessLimits, type ProcessOutcome, runProcess } from './process-runner.ts'
import { shortfallToleranceMs } from './shortfall.ts'

export type ProbeTools = Readonly<{ ffprobePath: string; limits: MediaLimits; processLimits: ProcessLimits }>

/** The last part of a file is looked at for its end and for how fast its pictures come. */
const TAIL_SECONDS = 10
/** ffprobe's description of one file; 64 streams need about 50 kB. */
const DESCRIPTION_LIMIT = 2_000_000

/**
 * Finds out what a file is, or throws DomainError('media_refused'). The header's duration is believed only as far as
 * packets are found near it: a file that promises more than it holds is `truncated`. Files without a duration (live
 * recordings) or with an estimated one (bare MP3 and AAC) are read through once, without decoding.
 */
export async function probeMedia(
  tools: ProbeTools,
  path: string,
  signal: AbortSignal,
): Promise<{ info: MediaInfo; input: OpenedInput }> {
  const input = await openInput(path)
  const probed = await describe(tools, input, signal)
  const chosen = chooseStreams(probed, tools.limits)
  const scan = await findEnd(tools, input, probed, chosen, signal)
  return { info: describeMedia(input, probed, chosen, scan, tools.limits), input }
}

async function describe(tools: ProbeTools, input: OpenedInput, signal: AbortSignal): Promise<Probed> {
  const outcome = await captureProcess({
    command: tools.ffprobePath,
    args: describeArguments(input),
    signal,
    timeLimitMs: tools.limits.probeTimeMs,
    outputLimit: DESCRIPTION_LIMIT,
    limits: tools.processLimits,
  })
  if (outcome.ending === 'timed_out') throw probeTimeout()
  assertNotKilled(outcome)
  if (outcome.ending === 'output_limit') throw tooManyStreams()
  if (outcome.exitCode === 126 || outcome.exitCode === 127)
    throw new Error(`ffprobe cannot be run: ${outcome.stderrTail}`)
  const answer = parseProbe(outcome.stdout)
  if (hasTooManyStreams(outcome.stderrTail)) throw tooManyStreams()
  if (answer?.kind !== 'described' || answer.probed.streams.length === 0) {
    throw unreadable(input, new ToolFailure('ffprobe', outcome.stderrTail))
  }
  return answer.probed
}

/** The container is one we take, and yet it cannot be opened or lists no stream at all. */
function unreadable(input: OpenedInput, cause: Error): Error {
  if (input.mp4Layout?.isCut === true && !input.mp4Layout.hasIndex) {
    return mediaRefused('truncated', 'The file ends too early: its index, which stands at the end, is missing.', {
      cause,
    })
  }
  return mediaRefused('damaged', 'The file looks like media, but its structure cannot be read.', { cause })
}

function tooManyStreams(): Error {
  return mediaRefused('too_many_streams', 'The file has too many streams.')
}

/** Half an answer says nothing about the file. */
function assertNotKilled({ ending, exitCode, stderrTail }: ProcessOutcome): void {
  if (ending !== 'exited' || exitCode !== KILLED) return
  const cause = new ToolFailure('ffprobe was killed', stderrTail)
  throw new DomainError('unavailable', 'The probe was killed from outside.', { cause, details: { reason: 'killed' } })
}

function probeTimeout(): Error {
  return mediaRefused('probe_timeout', 'Finding out what the file holds took too long.')
}

type Scan = { packets: PacketScan; isWholeFile: boolean }

async function findEnd(
  tools: ProbeTools,
  input: OpenedInput,
  probed: Probed,
  chosen: ChosenStreams,
  signal: AbortSignal,
): Promise<Scan> {
  const promised = input.kind === 'mp3' || input.kind === 'aac' ? undefined : probed.durationSeconds
  if (promised === undefined || promised <= 0)
    return { packets: await scan(tools, input, undefined, signal), isWholeFile: true }
  if (promised * 1000 > tools.limits.maxDurationMs) throw tooLong(promised * 1000, tools.limits)

  const isShort = (packets: PacketScan) => {
    const endSeconds = (packets.endSeconds ?? 0) - originSeconds(probed)
    return endSeconds * 1000 < promised * 1000 - shortfallToleranceMs(promised * 1000)
  }
  const streams = chosen.video === undefined ? chosen.audio : [chosen.video, ...chosen.audio]
  const from = originSeconds(probed) + promised - TAIL_SECONDS
  const tail = await scan(tools, input, from > 0 ? from : undefined, signal)
  const isWholeFile = from <= 0
  const allEndsKnown = streams.every((stream) => streamEndSeconds(stream, probed, tail) !== undefined)
  if (!isShort(tail) && allEndsKnown) return { packets: tail, isWholeFile }

  // Seeking may have failed, or a stream ended long before the others: only the whole file can tell.
  const all = isWholeFile ? tail : await scan(tools, input, undefined, signal)
  if (isShort(all)) {
    const found = Math.max(0, (all.endSeconds ?? 0) - originSeconds(probed))
    throw mediaRefused('truncated', `The file ends after ${found.toFixed(1)} of ${promised.toFixed(1)} seconds.`)
  }
  return { packets: all, isWholeFile: true }
}

async function scan(
  tools: ProbeTools,
  input: OpenedInput,
  fromSeconds: number | undefined,
  signal: AbortSignal,
): Promise<PacketScan> {
  const packets = new PacketScan()
  const outcome = await runProcess({
    command: tools.ffprobePath,
    args: packetArguments(input, fromSeconds),
    signal,
    timeLimitMs: tools.limits.scanTimeMs,
    onLine: (line) => packets.add(line),
    limits: tools.processLimits,
  })
  if (outcome.ending === 'timed_out') throw probeTimeout()
  assertNotKilled(outcome)
  return packets
}
