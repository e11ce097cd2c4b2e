import { randomBytes } from 'node:crypto'
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { blobStoreContract } from '../../test/contract/blob-store.ts'
import { dieAfterCalls, interceptFileSystem } from '../../test/support/intercept-file-system.ts'
import { DiskBlobStore } from './disk-blob-store.ts'

const signal = new AbortController().signal
const SHARED_MEMORY = '/dev/shm'
const otherFileSystem = await Promise.all([stat(SHARED_MEMORY), stat(tmpdir())]).then(
  ([here, there]) => here.dev !== there.dev,
  () => false,
)

async function temporaryDirectory(parent = tmpdir()): Promise<string> {
  const directory = await mkdtemp(join(parent, 'reeldock-disk-blobs-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

const putText = (store: DiskBlobStore, key: string, text: string): Promise<unknown> =>
  store.put(key, Readable.from([Buffer.from(text)]), { signal })

blobStoreContract('disk', async () => {
  const directory = join(await temporaryDirectory(), 'made/when/needed')
  return {
    store: new DiskBlobStore({ directory }),
    reopen: async () => new DiskBlobStore({ directory }),
    dieAfter: async (steps, use) => {
      const { isDead, revive } = await dieAfterCalls(steps)
      await use().catch(() => undefined)
      revive()
      return isDead()
    },
  }
})

describe('DiskBlobStore', () => {
  it('syncs an object, then renames it, then syncs its folder and the folders made for it', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory })
    await putText(store, 'a/first', 'x')
    const calls: string[] = []
    const stop = await interceptFileSystem(({ name, path }) => {
      if (['rename', 'sync', 'datasync', 'mkdir'].includes(name)) calls.push(`${name} ${nameOf(directory, path)}`)
    })
    await putText(store, 'a/second', 'x').finally(stop)
    expect(calls).toEqual(['datasync (new)', 'rename (new)', 'sync a'])

    calls.length = 0
    const stopAgain = await interceptFileSystem(({ name, path }) => {
      if (['rename', 'sync', 'datasync', 'mkdir'].includes(name)) calls.push(`${name} ${nameOf(directory, path)}`)
    })
    await putText(store, 'b/c/third', 'x').finally(stopAgain)
    expect(calls.slice(-9)).toEqual([
      'datasync (new)',
      'rename (new)', // in vain: no folder yet
      'mkdir b/c', // in vain: no folder for it either
      'mkdir b',
      'sync ',
      'mkdir b/c',
      'sync b',
      'rename (new)',
      'sync b/c',
    ])
  })

  it('does not let go of a put before a folder that another one is making is durable', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory })
    await putText(store, 'first', 'x')
    const gate = Promise.withResolvers<void>()
    const waiting = Promise.withResolvers<void>()
    const stop = await interceptFileSystem(({ name, path }) => {
      if (name !== 'sync' || path !== join(directory, 'new')) return
      waiting.resolve()
      return gate.promise
    })
    const making = putText(store, 'new/folder/deep/a', 'x')
    await waiting.promise // new/folder is there, but its name in new/ is not durable
    let isDone = false
    const using = putText(store, 'new/folder/b', 'x').then(() => {
      isDone = true
    })
    await expect.poll(() => store.info('new/folder/b').catch(() => undefined)).toBeDefined()
    for (const other of ['c', 'd', 'e']) await putText(store, other, 'time enough for whole puts')
    expect(isDone).toBe(false)
    gate.resolve()
    await Promise.all([making, using]).finally(stop)
  })

  it('can be told to stop before it has made the file', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory })
    const reason = new Error('the user went away')
    const abort = new AbortController()
    const gate = Promise.withResolvers<void>()
    const stop = await interceptFileSystem(({ name }) => {
      if (name !== 'open') return
      abort.abort(reason)
      return gate.promise
    })
    const putting = store.put('a', Readable.from([Buffer.from('x')]), { signal: abort.signal })
    // An abort that nobody waits for yet must not become an unhandled rejection.
    setImmediate(() => gate.resolve())
    await expect(putting.finally(stop)).rejects.toBe(reason)
    expect(await readdir(join(directory, '~making'))).toEqual([])
  })

  it('syncs an adopted file before it shows it', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory })
    await putText(store, 'a/first', 'x')
    const path = join(directory, 'made by a tool~')
    await writeFile(path, 'x')
    const calls: string[] = []
    const stop = await interceptFileSystem(({ name, path: on }) => {
      if (['rename', 'sync', 'datasync'].includes(name)) calls.push(`${name} ${nameOf(directory, on)}`)
    })
    await store.adoptFile('a/b', path, { signal }).finally(stop)
    expect(calls).toEqual(['sync made by a tool~', 'rename made by a tool~', 'sync a'])
  })

  it.skipIf(!otherFileSystem)('copies a file from another file system, and removes it there', async () => {
    const store = new DiskBlobStore({ directory: await temporaryDirectory() })
    const path = join(await temporaryDirectory(SHARED_MEMORY), 'film')
    const content = randomBytes(3_000_000)
    await writeFile(path, content)
    expect(await store.adoptFile('a/b', path, { signal })).toMatchObject({ sizeBytes: 3_000_000 })
    expect((await buffer((await store.open('a/b', { signal })).body)).equals(content)).toBe(true)
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('does not move a symbolic link into the store', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory: join(directory, 'blobs') })
    await writeFile(join(directory, 'secret'), 'secret')
    await symlink(join(directory, 'secret'), join(directory, 'link'))
    await expect(store.adoptFile('a', join(directory, 'link'), { signal })).rejects.toThrow('Not a file')
    await expect(store.info('a')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('says so when an object is in the way of a folder, or a folder in the way of an object', async () => {
    const store = new DiskBlobStore({ directory: await temporaryDirectory() })
    await putText(store, 'a/b', 'stays')
    await expect(putText(store, 'a', 'x')).rejects.toMatchObject({ code: 'state_conflict' })
    await expect(putText(store, 'a/b/c', 'x')).rejects.toMatchObject({ code: 'state_conflict' })
    await expect(putText(store, 'a/b/c/d', 'x')).rejects.toMatchObject({ code: 'state_conflict' })
    expect(String(await buffer((await store.open('a/b', { signal })).body))).toBe('stays')
  })

  it('lends the file itself', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory })
    await putText(store, 'a/b', 'x')
    await expect(store.withLocalFile('a/b', signal, async (path) => path)).resolves.toBe(join(directory, 'a/b'))
  })

  it('leaves no temporary file after a failure and no empty folder after a deletion', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory })
    await putText(store, 'a/b/c', 'x')
    const broken = Readable.from([Buffer.from('x')])
    await expect(store.put('d', broken, { sizeBytes: 2, signal })).rejects.toThrow()
    await store.delete('a/b/c')
    expect(await readdir(directory, { recursive: true })).toEqual(['~making'])
  })

  it('sweeps what a dead process left, and neither what is being made nor objects', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory })
    expect(await store.sweepTemporary({ writtenBeforeMs: Date.now() })).toBe(0)
    await putText(store, 'old/object', 'x')
    await mkdir(join(directory, '~making/tree/of'), { recursive: true })
    await writeFile(join(directory, '~making/tree/of/objects'), 'x')
    await writeFile(join(directory, '~making/old'), 'x')
    await writeFile(join(directory, '~making/fresh'), 'x')
    const longAgo = new Date('2020-01-01')
    for (const name of ['~making/tree', '~making/old', 'old/object']) {
      await utimes(join(directory, name), longAgo, longAgo)
    }
    expect(await store.sweepTemporary({ writtenBeforeMs: longAgo.getTime() + 1 })).toBe(2)
    expect(await readdir(join(directory, '~making'))).toEqual(['fresh'])
    expect(String(await readFile(join(directory, 'old/object')))).toBe('x')
  })

  it('lists objects only, whatever else lies in the directory', async () => {
    const directory = await temporaryDirectory()
    const store = new DiskBlobStore({ directory })
    await putText(store, 'a', 'x')
    await mkdir(join(directory, 'lost+found'))
    await writeFile(join(directory, 'lost+found/a'), 'x')
    await symlink('/etc', join(directory, 'link'))
    const keys: string[] = []
    for await (const key of store.list('')) keys.push(key)
    expect(keys).toEqual(['a'])
  })

  it('keeps objects to the server’s own user', async () => {
    const directory = join(await temporaryDirectory(), 'blobs')
    const store = new DiskBlobStore({ directory })
    await putText(store, 'a/b', 'x')
    for (const [path, mode] of [
      [directory, 0o700],
      [join(directory, 'a'), 0o700],
      [join(directory, 'a/b'), 0o600],
    ] as const) {
      expect((await stat(path)).mode & 0o777).toBe(mode)
    }
  })
})

/** The path inside the store; the name of a file in the making is random. */
function nameOf(directory: string, path: string): string {
  return path.includes('~making/')
    ? '(new)'
    : path === directory
      ? ''
      : path.slice(directory.length + 1) || basename(path)
}
