import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type SmallDisk = Readonly<{ path: string; remove(): void }>

/**
 * A file system of its own in memory. Takes root, and in containers more than that.
 *
 * @returns undefined where it cannot be mounted; else the caller calls `remove`
 */
export function mountSmallDisk(sizeMib: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'reeldock-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    return undefined
  }
  return {
    path,
    remove() {
      execFileSync('umount', [path])
      rmSync(path, { recursive: true })
    },
  }
}
