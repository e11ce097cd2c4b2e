import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from './disk-errors.ts'

/**
 * Folders that survive power loss. A folder exists for others before its entry in the parent is on stable storage; who
 * puts a file into it must wait for that too, so the ones being made are remembered here.
 */
export class DurableDirectories {
  readonly #making = new Map<string, Promise<void>>()

  /**
   * Makes `path` and what is missing above it, private to the server's own user. Does not wait for folders above that
   * somebody else is making: `settled` does.
   */
  async ensure(path: string): Promise<void> {
    let making = this.#making.get(path)
    if (making === undefined) {
      making = this.#make(path).finally(() => this.#making.delete(path))
      this.#making.set(path, making)
    }
    await making
  }

  /** Resolves when `path` and everything above it that is being made is on stable storage. */
  async settled(path: string): Promise<void> {
    if (this.#making.size === 0) return
    await this.#making.get(path)
    const parent = dirname(path)
    if (parent !== path) await this.settled(parent)
  }

  async #make(path: string): Promise<void> {
    const parent = dirname(path)
    try {
      await mkdir(path, { mode: 0o700 })
    } catch (error) {
      if (hasCode(error, 'ENOENT') && parent !== path) {
        await this.ensure(parent)
        return this.#make(path)
      }
      if (!hasCode(error, 'EEXIST')) throw error
    }
    await syncDirectory(parent).catch((error: unknown) => {
      // Deleted meanwhile, with what was made in it. Who needs it will find that out.
      if (!hasCode(error, 'ENOENT')) throw error
    })
  }
}

/** Puts the entries of a folder on stable storage: files made in it, renamed into it or out of it. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
