import { readFile } from 'node:fs/promises'

/**
 * The processors that encoding is kept to, so that `count` of them is a budget for all encoders of this machine
 * together: the last ones of those this process may use, as `taskset` takes them (`2,3`). Undefined when `count`
 * leaves nothing to restrict, or where the system does not say (anything but Linux).
 */
export async function processorList(count: number): Promise<string | undefined> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1]
  return allowed === undefined ? undefined : lastProcessors(allowed, count)
}

/** `list` in the kernel's form, for example `0-3,8`. */
export function lastProcessors(list: string, count: number): string | undefined {
  const numbers = list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
  return count >= numbers.length ? undefined : numbers.slice(-Math.max(1, count)).join(',')
}
