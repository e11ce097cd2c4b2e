import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiskBlobStore } from '../../blobs/disk-blob-store.ts'
import { DiskStagingStore } from '../../blobs/disk-staging-store.ts'
import { HeldRoom, holdBody } from './held-body.ts'

let directory: string
let staging: DiskStagingStore

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-held-'))
  const blobs = new DiskBlobStore({ directory })
  staging = new DiskStagingStore({ directory: join(directory, '~staging'), blobs })
})
afterEach(() => rm(directory, { recursive: true }))

const hold = (key: string, content: string, room: HeldRoom) =>
  holdBody(staging, Readable.from([Buffer.from(content)]), { key, limitBytes: 100, room })

async function stagedKeys(): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const { key } of staging.list()) keys.push(key)
  return keys
}

describe('the room for bodies that are held', () => {
  it('is shared by all of them, and free again once they are discarded', async () => {
    const room = new HeldRoom(10)
    const first = await hold('first', '123456', room)
    await expect(hold('second', '12345', room)).rejects.toMatchObject({
      code: 'unavailable',
      details: { reason: 'held_too_much' },
    })
    expect(await stagedKeys()).toEqual(['first'])
    const small = await hold('small', '1234', room)
    await first.discard()
    await first.discard()
    const third = await hold('third', '123456', room)
    expect(await text(await third.open())).toBe('123456')
    await expect(hold('fourth', '1', room)).rejects.toMatchObject({ code: 'unavailable' })
    await small.discard()
    await third.discard()
  })

  it('is free again after a body that broke off', async () => {
    const room = new HeldRoom(10)
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('12345678')
        throw new Error('gone')
      })(),
    )
    await expect(holdBody(staging, broken, { key: 'broken', limitBytes: 100, room })).rejects.toThrow('gone')
    await (await hold('whole', '1234567890', room)).discard()
  })
})
