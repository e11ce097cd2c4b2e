import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength, sliceBuffers, writeFully } from './write-fully.ts'

/** A file that takes at most `atOnce` bytes per call and holds at most `roomBytes`. */
function smallFile(atOnce: number, roomBytes = Number.POSITIVE_INFINITY) {
  const content: number[] = []
  let calls = 0
  const writev = async (buffers: readonly Uint8Array[], position: number) => {
    calls++
    const taken = Buffer.concat(buffers).subarray(0, Math.min(atOnce, roomBytes - content.length))
    if (taken.length === 0)
      throw Object.assign(new Error('ENOSPC: no space left on device, writev'), { code: 'ENOSPC' })
    expect(position).toBe(1_000 + content.length)
    content.push(...taken)
    return { bytesWritten: taken.length }
  }
  return { handle: { writev }, content, calls: () => calls }
}

const buffers = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 })

describe('writing all of it', () => {
  it('goes on where a short write ended', async () => {
    await fc.assert(
      fc.asyncProperty(buffers, fc.integer({ min: 1, max: 30 }), async (list, atOnce) => {
        const file = smallFile(atOnce)
        const result = await writeFully(file.handle, list, 1_000)
        expect(result).toEqual({ writtenBytes: byteLength(list), failure: undefined })
        expect(file.content).toEqual([...Buffer.concat(list)])
      }),
    )
  })

  it('makes one call when nothing is in the way, and none for nothing', async () => {
    const file = smallFile(1_000)
    await writeFully(file.handle, [Buffer.from('ab'), Buffer.alloc(0), Buffer.from('c')], 1_000)
    await writeFully(file.handle, [], 1_000)
    await writeFully(file.handle, [Buffer.alloc(0)], 1_000)
    expect(file.calls()).toBe(1)
  })

  it('counts what a full disk took before it refused the rest', async () => {
    const file = smallFile(4, 10)
    const result = await writeFully(file.handle, [Buffer.from('01234567'), Buffer.from('89abcdef')], 1_000)
    expect(result.writtenBytes).toBe(10)
    expect(result.failure).toMatchObject({ code: 'storage_full', cause: { code: 'ENOSPC' } })
    expect(String.fromCharCode(...file.content)).toBe('0123456789')
  })

  it('takes a quota for a full disk, and leaves other errors as they are', async () => {
    for (const [code, expected] of [
      ['EDQUOT', 'storage_full'],
      ['EIO', 'EIO'],
    ]) {
      const writev = async () => {
        throw Object.assign(new Error('refused'), { code })
      }
      const { writtenBytes, failure } = await writeFully({ writev }, [Buffer.from('a')], 0)
      expect(writtenBytes).toBe(0)
      expect(failure).toMatchObject({ code: expected })
    }
  })

  it('ends when a file takes nothing and says nothing', async () => {
    const writev = async () => ({ bytesWritten: 0 })
    const { failure } = await writeFully({ writev }, [Buffer.from('a')], 0)
    expect(failure).toBeInstanceOf(Error)
  })
})

describe('slicing a list of buffers', () => {
  it('gives the same bytes as slicing them joined', () => {
    fc.assert(
      fc.property(buffers, fc.nat(180), fc.nat(180), (list, start, end) => {
        expect([...Buffer.concat(sliceBuffers(list, start, end))]).toEqual([
          ...Buffer.concat(list).subarray(start, end),
        ])
      }),
    )
  })
})
