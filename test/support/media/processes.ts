import { readdir, readFile } from 'node:fs/promises'

/** The ids of running processes (of anybody) whose command line contains `text`; this process is not counted. */
export async function processesNaming(text: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    const id = Number(name)
    if (!Number.isInteger(id) || id === process.pid) continue
    // A process may end between the listing and the look.
    const commandLine = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
    if (commandLine.includes(text)) found.push(id)
  }
  return found
}
