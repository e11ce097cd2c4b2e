import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  fullStagingStoreContract,
  type StagingStoreUnderTest,
  stagingStoreContract,
} from '../../test/contract/staging-store.ts'
import { dieAfterCalls, interceptFileSystem } from '../../test/support/intercept-file-system.ts'
import { DiskBlobStore } from './disk-blob-store.ts'
import { DiskStagingStore } from './disk-staging-store.ts'
import { syncDirectory } from './durable-directories.ts'

const signal = new AbortController().signal

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-disk-staging-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

function openIn(root: string): StagingStoreUnderTest & { store: DiskStagingStore } {
  const blobs = new DiskBlobStore({ directory: join(root, 'blobs') })
  const open = (): DiskStagingStore => new DiskStagingStore({ directory: join(root, 'staging'), blobs })
  return {
    store: open(),
    blobs,
    reopen: async () => open(),
    dieAfter: async (steps, use) => {
      const { isDead, revive } = await dieAfterCalls(steps)
      await use().catch(() => undefined)
      revive()
      return isDead()
    },
  }
}

/** Where the one staged file is. */
async function stagedPath(root: string): Promise<string> {
  const files = await readdir(join(root, 'staging'), { recursive: true, withFileTypes: true })
  const file = files.find((entry) => entry.isFile())
  return join(file?.parentPath ?? '', file?.name ?? '')
}

// Off the page size, so that runs meet within a page.
stagingStoreContract('disk', async () => openIn(await temporaryDirectory()), { unitBytes: 4_000 })

describe.skipIf(!canMount())('on a small file system of its own, which takes root to mount', () => {
  fullStagingStoreContract('disk', async () => {
    const root = await temporaryDirectory()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', root])
    onTestFinished(() => void execFileSync('umount', [root]))
    return openIn(root)
  })
})

describe('DiskStagingStore', () => {
  it('publishes a file by renaming it, however large it is', async () => {
    const root = await temporaryDirectory()
    const { store, blobs } = openIn(root)
    const ref = await store.create('upl_1', {})
    const path = await stagedPath(root)
    const sizeBytes = 512 * 1024 ** 3
    await truncate(path, sizeBytes) // half a terabyte of nothing, which nobody can copy in the time of a test
    const { ino } = await stat(path)
    await store.publish(ref, 'sources/1/original', { sizeBytes, receipts: [] })
    expect((await blobs.info('sources/1/original')).sizeBytes).toBe(sizeBytes)
    expect((await stat(join(root, 'blobs/sources/1/original'))).ino).toBe(ino)
  })

  it('has the file and its name on stable storage when a sync resolves', async () => {
    const root = await temporaryDirectory()
    const { store, reopen } = openIn(root)
    const ref = await store.create('upl_1', {})
    const folder = basename(join(await stagedPath(root), '..'))
    const calls: string[] = []
    const stop = await interceptFileSystem(({ name, path }) => {
      if (['sync', 'datasync', 'writev'].includes(name)) calls.push(`${name} ${basename(path)}`)
    })
    try {
      const writer = await store.openWriter(ref, { offset: 0, sequence: 1, signal })
      await writer.write([Buffer.from('a'), Buffer.from('b')])
      await writer.sync()
      expect(calls.splice(0).sort()).toEqual(['datasync upl_1', `sync ${folder}`, 'writev upl_1'].sort())
      await writer.write([Buffer.from('c')])
      await writer.sync()
      await writer.sync()
      await writer.close()
      expect(calls.splice(0)).toEqual(['writev upl_1', 'datasync upl_1'])
      // The next request of this process knows; the next process does not.
      for (const next of [store, await reopen()]) {
        const again = await next.openWriter(ref, { offset: 0, sequence: 2, signal })
        await again.write([Buffer.from('d')])
        await again.sync()
        await again.close()
      }
      expect(calls.sort()).toEqual(
        ['writev upl_1', 'datasync upl_1', 'writev upl_1', 'datasync upl_1', `sync ${folder}`].sort(),
      )
    } finally {
      stop()
    }
  })

  it('does not call a name durable before its folder, which another upload is making, is', async () => {
    const root = await temporaryDirectory()
    const { store } = openIn(root)
    await store.prepare()
    const folderOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 2)
    let twin = 1
    while (folderOf(`upl_${twin}`) !== folderOf('upl_0')) twin++
    const gate = Promise.withResolvers<void>()
    const waiting = Promise.withResolvers<void>()
    const stop = await interceptFileSystem(({ name, path }) => {
      if (name !== 'sync' || path !== join(root, 'staging')) return
      waiting.resolve()
      return gate.promise
    })
    const making = store.create('upl_0', {})
    await waiting.promise
    const writer = await store.openWriter(await store.create(`upl_${twin}`, {}), { offset: 0, sequence: 1, signal })
    await writer.write([Buffer.from('x')])
    let isDurable = false
    const syncing = writer.sync().then(() => {
      isDurable = true
    })
    for (let others = 0; others < 5; others++) await syncDirectory(root) // time enough for whole syncs
    expect(isDurable).toBe(false)
    gate.resolve()
    await Promise.all([making, syncing]).finally(stop)
    await writer.close()
  })

  it('does not count a write that is under way as synced', async () => {
    const { store } = openIn(await temporaryDirectory())
    const writer = await store.openWriter(await store.create('upl_1', {}), { offset: 0, sequence: 1, signal })
    await writer.write([Buffer.from('abc')])
    const gate = Promise.withResolvers<void>()
    const stop = await interceptFileSystem(({ name }) => (name === 'writev' ? gate.promise : undefined))
    const writing = writer.write([Buffer.from('def')])
    expect(await writer.sync()).toMatchObject({ durableEnd: 3 })
    gate.resolve()
    await writing.finally(stop)
    expect(await writer.sync()).toMatchObject({ durableEnd: 6 })
    await writer.close()
  })

  it('shuts out a run that is open when it publishes, even after another one was closed twice', async () => {
    const { store, blobs } = openIn(await temporaryDirectory())
    const ref = await store.create('upl_1', {})
    const straggler = await store.openWriter(ref, { offset: 0, sequence: 1, signal })
    const other = await store.openWriter(ref, { offset: 0, sequence: 2, signal })
    await other.write([Buffer.from('good')])
    await other.sync()
    await other.close()
    await other.close()
    await store.publish(ref, 'file', { sizeBytes: 4, receipts: [] })
    await expect(straggler.write([Buffer.from('bad!')])).rejects.toMatchObject({ code: 'state_conflict' })
    await straggler.close()
    expect(String(await buffer((await blobs.open('file', { signal })).body))).toBe('good')
  })

  it('syncs what it published in the order that loses nothing', async () => {
    const root = await temporaryDirectory()
    const { store } = openIn(root)
    const first = await store.create('upl_0', {})
    await store.publish(first, 'sources/0', { sizeBytes: 0, receipts: [] })
    const ref = await store.create('upl_1', {})
    const path = await stagedPath(root)
    await writeFile(path, 'acknowledged, and more')
    const calls: string[] = []
    const stop = await interceptFileSystem(({ name, path: on }) => {
      if (['sync', 'datasync', 'rename', 'truncate'].includes(name)) calls.push(`${name} ${basename(on)}`)
    })
    await store.publish(ref, 'sources/1', { sizeBytes: 12, receipts: [] }).finally(stop)
    expect(calls).toEqual([
      'truncate upl_1',
      'sync upl_1',
      'rename upl_1',
      'sync sources',
      `sync ${basename(join(path, '..'))}`,
    ])
    expect(String(await readFile(join(root, 'blobs/sources/1')))).toBe('acknowledged')
  })

  it('does not believe a sync that follows a failed one', async () => {
    const root = await temporaryDirectory()
    const { store } = openIn(root)
    const ref = await store.create('upl_1', {})
    const writer = await store.openWriter(ref, { offset: 0, sequence: 1, signal })
    await writer.write([Buffer.from('a')])
    const stop = await interceptFileSystem(({ name }) => {
      if (name === 'datasync') throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })
    })
    await expect(writer.sync()).rejects.toMatchObject({ code: 'EIO' })
    stop()
    await expect(writer.sync()).rejects.toMatchObject({ code: 'EIO' })
    await writer.close()
  })

  it('takes no more bytes after a write that failed, for they would land in the wrong place', async () => {
    const root = await temporaryDirectory()
    const { store } = openIn(root)
    const ref = await store.create('upl_1', {})
    const writer = await store.openWriter(ref, { offset: 0, sequence: 1, signal })
    await writer.write([Buffer.from('a')])
    const stop = await interceptFileSystem(({ name }) => {
      if (name === 'writev') throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    })
    await expect(writer.write([Buffer.from('b')])).rejects.toMatchObject({ code: 'storage_full' })
    stop()
    await expect(writer.write([Buffer.from('c')])).rejects.toMatchObject({ code: 'storage_full' })
    expect(await writer.sync()).toEqual({ durableEnd: 1, receipts: [] })
    await writer.close()
    expect(String(await readFile(await stagedPath(root)))).toBe('a')
  })

  it.each(['mkdir', 'open'])('says that it is full when it cannot %s', async (call) => {
    const { store } = openIn(await temporaryDirectory())
    await store.prepare()
    const stop = await interceptFileSystem(({ name }) => {
      if (name === call) throw Object.assign(new Error('EDQUOT: disk quota exceeded'), { code: 'EDQUOT' })
    })
    await expect(store.create('upl_1', {}).finally(stop)).rejects.toMatchObject({ code: 'storage_full' })
    await store.create('upl_1', {})
  })

  it.skipIf(!canMount())('refuses directories between which it could not rename', async () => {
    const root = await temporaryDirectory()
    await mkdir(join(root, 'blobs'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', join(root, 'blobs')])
    onTestFinished(() => void execFileSync('umount', [join(root, 'blobs')]))
    const { store } = openIn(root)
    await expect(store.prepare()).rejects.toThrow('same file system')
    await expect(store.create('upl_1', {})).rejects.toThrow('same file system')
  })

  it('spreads files over folders, keeps them to the server’s own user and overlooks what is not its own', async () => {
    const root = await temporaryDirectory()
    const { store } = openIn(root)
    for (let index = 0; index < 40; index++) await store.create(`upl_${index}`, {})
    const folders = await readdir(join(root, 'staging'))
    expect(folders.length).toBeGreaterThan(20)
    expect((await stat(join(root, 'staging'))).mode & 0o777).toBe(0o700)
    await writeFile(join(root, 'staging', 'notes'), 'x')
    await mkdir(join(root, 'staging', folders[0] ?? '', 'folder'))
    await writeFile(join(root, 'staging', folders[0] ?? '', 'a~'), 'x')
    let count = 0
    for await (const { key } of store.list()) {
      expect(key).toMatch(/^upl_\d+$/)
      count++
    }
    expect(count).toBe(40)
  })

  it('lets a run begin anew under a key that was discarded while another run was open', async () => {
    const { store } = openIn(await temporaryDirectory())
    const ref = await store.create('upl_1', {})
    const straggler = await store.openWriter(ref, { offset: 0, sequence: 1, signal })
    await store.discard(ref)
    await store.create('upl_1', {})
    const writer = await store.openWriter(ref, { offset: 0, sequence: 2, signal })
    await writer.write([Buffer.from('new')])
    expect(await writer.sync()).toMatchObject({ durableEnd: 3 })
    await expect(straggler.write([Buffer.from('old')])).rejects.toMatchObject({ code: 'state_conflict' })
    await straggler.close()
    await writer.close()
  })
})

/** Mounting takes root, and in containers more than that. */
function canMount(): boolean {
  const probe = join(tmpdir(), `reeldock-mount-${process.pid}`)
  try {
    execFileSync('mkdir', [probe])
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe])
    return true
  } catch {
    return false
  } finally {
    execFileSync('rm', ['-rf', probe])
  }
}
