import { readdir, readlink } from 'node:fs/promises'

/** The processes whose working directory lies in `directory`: encoders at work there. */
export async function processesIn(directory: string): Promise<readonly number[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const places = await Promise.all(numbers.map((number) => readlink(`/proc/${number}/cwd`).catch(() => '')))
  return numbers.filter((_number, i) => places[i]?.startsWith(directory)).map(Number)
}
