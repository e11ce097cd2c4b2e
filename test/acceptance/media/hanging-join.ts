import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes the first worker that joins the pieces of a film stop in the middle of it, for ever. */
export type HangingJoin = Readonly<{
  /** For the environment of workers. */
  env: Readonly<{ NODE_OPTIONS: string }>
  /** The worker that hangs, or undefined while none does. */
  hanging(): Promise<number | undefined>
}>

/**
 * Whoever comes to store the playlist of the sound first does not; those of the pictures are stored at the same time, so
 * that half of the work is done. `directory` does not exist yet.
 */
export function makeHangingJoin(directory: string): HangingJoin {
  const preload = `
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
const { mkdir, rename, writeFile } = fs
fs.rename = async (from, to) => {
  const isFirst = /[/]audio[/]index[.]m3u8$/.test(to) && await mkdir(${JSON.stringify(directory)}).then(() => true, () => false)
  if (!isFirst) return rename(from, to)
  await writeFile(${JSON.stringify(join(directory, 'pid'))}, String(process.pid))
  await new Promise(() => undefined)
}
syncBuiltinESMExports()
`
  return {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` },
    async hanging() {
      const text = await readFile(join(directory, 'pid'), 'utf8').catch(() => '')
      return text === '' ? undefined : Number(text)
    },
  }
}
