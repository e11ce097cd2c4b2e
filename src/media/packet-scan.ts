export type ScannedStream = {
  packets: number
  firstSeconds: number
  /** End of the latest packet. */
  endSeconds: number
  /** Time stamps of the first packets seen, for `typicalRate`. */
  readonly sample: number[]
}

const SAMPLE_SIZE = 600
const PACKET = /^(\d+),(-?[\d.]+|N\/A),(-?[\d.]+|N\/A),([\d.]+|N\/A),(\S{2})/

/** Gathers when each stream starts and ends from ffprobe's packet lines (`packetArguments`), in little memory. */
export class PacketScan {
  readonly streams = new Map<number, ScannedStream>()
  #lines = 0

  /** Returns true for every packet, which is progress. */
  add(line: string): boolean {
    const match = PACKET.exec(line)
    if (match === null) return false
    this.#lines++
    // Where the container has only decoding times (AVI), they are close enough.
    const start = match[2] === 'N/A' ? Number(match[3]) : Number(match[2])
    // Packets to be discarded (flag D) are outside the edit list, or fill a decoder before its first output.
    if (!Number.isFinite(start) || match[5]?.[1] === 'D') return true
    const duration = Number(match[4])
    const end = start + (Number.isFinite(duration) ? duration : 0)
    const index = Number(match[1])
    const stream = this.streams.get(index)
    if (stream === undefined) {
      this.streams.set(index, { packets: 1, firstSeconds: start, endSeconds: end, sample: [start] })
      return true
    }
    stream.packets++
    stream.firstSeconds = Math.min(stream.firstSeconds, start)
    stream.endSeconds = Math.max(stream.endSeconds, end)
    if (stream.sample.length < SAMPLE_SIZE) stream.sample.push(start)
    return true
  }

  get isEmpty(): boolean {
    return this.#lines === 0
  }

  /** Of all streams together; undefined when none has a packet with a time. */
  get endSeconds(): number | undefined {
    const ends = [...this.streams.values()].map((stream) => stream.endSeconds)
    return ends.length === 0 ? undefined : Math.max(...ends)
  }
}

/**
 * Pictures per second while the stream moves: from the shorter gaps between pictures, so that pauses of a stream with
 * a varying rate do not count. Undefined for fewer than three pictures.
 */
export function typicalRate(stream: ScannedStream): number | undefined {
  const times = stream.sample.toSorted((a, b) => a - b)
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time))
  const moving = gaps.filter((gap) => gap > 0.0005).toSorted((a, b) => a - b)
  const typical = moving.length < 2 ? undefined : moving[Math.floor(moving.length / 4)]
  return typical === undefined ? undefined : 1 / typical
}
