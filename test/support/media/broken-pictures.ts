import { readFile, writeFile } from 'node:fs/promises'
import { captureProcess } from '../../../src/media/process-runner.ts'
import { runFfmpeg } from './make-media.ts'
import { testFfmpeg } from './tools.ts'

/** In front of every unit of a picture in MP4 stands its length; left alone, the units around it can still be read. */
const LENGTH_BYTES = 4

/** Makes the H.264 pictures of that time in an MP4 file impossible to decode; all else stays as it was. */
export async function withBrokenPictures(
  path: string,
  { fromSeconds, toSeconds }: Readonly<{ fromSeconds: number; toSeconds: number }>,
): Promise<void> {
  const { ffprobePath } = await testFfmpeg()
  const { stdout } = await captureProcess({
    command: ffprobePath,
    args: ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time,pos,size', '-of', 'json', path],
    signal: AbortSignal.timeout(60_000),
    timeLimitMs: 60_000,
    limits: { niceness: 0 },
  })
  const { packets } = JSON.parse(stdout) as { packets: { pts_time: string; pos: string; size: string }[] }
  const bytes = await readFile(path)
  for (const packet of packets) {
    const seconds = Number(packet.pts_time)
    if (seconds < fromSeconds || seconds >= toSeconds) continue
    const end = Number(packet.pos) + Number(packet.size)
    for (let at = Number(packet.pos); at < end; ) {
      const length = bytes.readUInt32BE(at)
      bytes.fill(0, at + LENGTH_BYTES, at + LENGTH_BYTES + length)
      at += LENGTH_BYTES + length
    }
  }
  await writeFile(path, bytes)
}

/** What `look` says of the pixels (0…255, grey) of each picture of a film, in their order. */
export async function framesOf<Seen>(
  path: string,
  pixelsPerPicture: number,
  look: (pixels: Uint8Array) => Seen,
): Promise<Seen[]> {
  const raw = `${path}.gray`
  await runFfmpeg(['-i', path, '-fps_mode', 'passthrough', '-pix_fmt', 'gray', '-f', 'rawvideo', raw])
  const bytes = await readFile(raw)
  if (bytes.length % pixelsPerPicture !== 0) throw new Error('the pictures have another size')
  return Array.from({ length: bytes.length / pixelsPerPicture }, (_, i) =>
    look(bytes.subarray(i * pixelsPerPicture, (i + 1) * pixelsPerPicture)),
  )
}
