import { randomUUID } from 'node:crypto'
import fsPromises, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FUNCTIONS = [
  'open',
  'rename',
  'mkdir',
  'rm',
  'rmdir',
  'unlink',
  'stat',
  'lstat',
  'opendir',
  'statfs',
  'truncate',
] as const
const HANDLE_METHODS = ['sync', 'datasync', 'truncate', 'write', 'writev', 'stat'] as const

/** A call of node:fs/promises about to be made: its name, and the path it is for (its first one). */
export type FileSystemCall = Readonly<{ name: string; path: string }>

/**
 * Lets `before` see every call of node:fs/promises and of its file handles in this process just before it is made, and
 * hold it back until the promise it returns resolves; what it throws, the call rejects with, undone. The returned
 * function ends that. Only one interception at a time.
 */
export async function interceptFileSystem(before: (call: FileSystemCall) => Promise<void> | void): Promise<() => void> {
  const prototype = await fileHandlePrototype()
  const restore: (() => void)[] = []
  const paths = new WeakMap<object, string>()
  const replace = (target: object, name: string, pathOf: (self: object, args: unknown[]) => string): void => {
    const original: (...args: unknown[]) => Promise<unknown> = Reflect.get(target, name)
    const replacement = async function (this: object, ...args: unknown[]): Promise<unknown> {
      const path = pathOf(this, args)
      await before({ name, path })
      const result = await original.apply(this, args)
      if (name === 'open') paths.set(result as FileHandle, path)
      return result
    }
    Reflect.set(target, name, replacement)
    restore.push(() => Reflect.set(target, name, original))
  }
  for (const name of FUNCTIONS) replace(fsPromises, name, (_, args) => String(args[0]))
  for (const name of HANDLE_METHODS) replace(prototype, name, (self) => paths.get(self) ?? '')
  syncBuiltinESMExports()
  return () => {
    for (const undo of restore) undo()
    syncBuiltinESMExports()
  }
}

/**
 * The file system as a dying process has it: `calls` more calls are made, no later one is. `revive` ends that; `isDead`
 * tells whether it came to it.
 */
export async function dieAfterCalls(calls: number): Promise<{ isDead: () => boolean; revive: () => void }> {
  let left = calls
  const revive = await interceptFileSystem(({ name }) => {
    if (--left < 0) throw new Error(`the process died before it could ${name}`)
  })
  return { isDead: () => left < 0, revive }
}

async function fileHandlePrototype(): Promise<object> {
  const path = join(tmpdir(), `reeldock-handle-${randomUUID()}`)
  const handle = await fsPromises.open(path, 'wx')
  await handle.close()
  await fsPromises.rm(path)
  return Object.getPrototypeOf(handle) as object
}
