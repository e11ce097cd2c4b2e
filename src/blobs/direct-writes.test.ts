import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { PAGE_BYTES, pageMemory } from '../core/uploads/page-memory.ts'
import { DirectWrites, StagedFile, wholePages } from './direct-writes.ts'

const KIB = 1024

/** Bytes that lie in memory as far behind a page's beginning as they are to lie in the file. */
function bytesFor(position: number, length: number, seed: number): Uint8Array {
  const inPage = position % PAGE_BYTES
  const memory = pageMemory(inPage + length)
  if (memory === undefined) throw new Error('this machine gives no page memory')
  const bytes = memory.subarray(inPage, inPage + length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + seed * 7 + position) % 251
  return bytes
}

async function stagedFile(directWrites = new DirectWrites()) {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-direct-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'file')
  const handle = await open(path, 'w+')
  return { path, handle, file: new StagedFile(path, handle, directWrites) }
}

describe('whole pages', () => {
  it('are what lies between the first and the last page border, if that is worth it', () => {
    expect(wholePages(bytesFor(0, 1024 * KIB, 1), 0)).toEqual({ start: 0, end: 1024 * KIB })
    expect(wholePages(bytesFor(5_000, 200_000, 1), 5_000)).toEqual({ start: 3_192, end: 199_800 })
    expect(wholePages(bytesFor(0, 64 * KIB, 1), 0)).toEqual({ start: 0, end: 64 * KIB })
    expect(wholePages(bytesFor(0, 60 * KIB, 1), 0)).toBeUndefined()
  })

  it('are none where memory and file are out of step, or nobody knows where the memory lies', () => {
    expect(wholePages(bytesFor(100, 200_000, 1), 99)).toBeUndefined()
    expect(wholePages(Buffer.alloc(200_000), 0)).toBeUndefined()
  })
})

describe('a staged file', () => {
  it('holds what was written, wherever pages begin and end and in whatever order', async () => {
    const piece = fc.record({ position: fc.nat({ max: 600_000 }), length: fc.integer({ min: 1, max: 300_000 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
        const { path, file } = await stagedFile()
        const expected = Buffer.alloc(Math.max(...pieces.map(({ position, length }) => position + length)))
        for (const [seed, { position, length }] of pieces.entries()) {
          const bytes = bytesFor(position, length, seed)
          expected.set(bytes, position)
          expect(await file.write([bytes], position)).toEqual({ writtenBytes: length, failure: undefined })
        }
        await file.datasync()
        await file.close()
        expect((await readFile(path)).equals(expected)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('is written in the ordinary way from the first refusal of the file system on', async () => {
    const directWrites = new DirectWrites()
    const refusing = { write: vi.fn().mockRejectedValue(Object.assign(new Error('no'), { code: 'EINVAL' })) }
    vi.spyOn(directWrites, 'open').mockResolvedValue({ ...refusing, close: async () => undefined } as never)
    const { path, file } = await stagedFile(directWrites)
    const first = bytesFor(0, 128 * KIB, 1)
    const second = bytesFor(128 * KIB, 128 * KIB, 2)
    expect(await file.write([first], 0)).toEqual({ writtenBytes: 128 * KIB, failure: undefined })
    expect(await file.write([second], 128 * KIB)).toEqual({ writtenBytes: 128 * KIB, failure: undefined })
    expect(refusing.write).toHaveBeenCalledTimes(1)
    expect((await readFile(path)).equals(Buffer.concat([first, second]))).toBe(true)
    await file.close()
  })

  it('goes on where a direct write was cut short, and reports a full disk with what got there', async () => {
    const directWrites = new DirectWrites()
    const { path, handle } = await stagedFile(directWrites)
    const short = {
      write: async (pages: Uint8Array, _from: number, _length: number, position: number) =>
        handle.write(pages, 0, PAGE_BYTES * 2, position),
      close: async () => undefined,
    } as unknown as FileHandle
    vi.spyOn(directWrites, 'open').mockResolvedValue(short)
    const bytes = bytesFor(0, 128 * KIB, 3)
    const full = Object.assign(new Error('ENOSPC: no space left on device, writev'), { code: 'ENOSPC' })
    const writev = vi.spyOn(handle, 'writev')
    const file = new StagedFile(path, handle, directWrites)
    expect(await file.write([bytes], 0)).toEqual({ writtenBytes: 128 * KIB, failure: undefined })
    expect((await readFile(path)).equals(bytes)).toBe(true)
    writev.mockRejectedValue(full)
    const result = await file.write([bytes], 0)
    expect(result).toMatchObject({ writtenBytes: PAGE_BYTES * 2, failure: { code: 'storage_full' } })
    await file.close()
  })
})
