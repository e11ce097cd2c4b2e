import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { childBoxes, findBox, readMp4Layout } from './mp4-boxes.ts'

function box(type: string, content: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(8 + content.length, 0)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, content])
}

function largeBox(type: string, content: Buffer, claimedBytes = 16 + content.length): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt32BE(1, 0)
  header.write(type, 4, 'latin1')
  header.writeBigUInt64BE(BigInt(claimedBytes), 8)
  return Buffer.concat([header, content])
}

describe('childBoxes', () => {
  it('lists boxes with their content', () => {
    const bytes = Buffer.concat([box('aaaa', Buffer.from('x')), largeBox('bbbb', Buffer.from('yz')), box('cccc')])
    expect([...childBoxes(bytes)].map(({ type, start, end }) => [type, bytes.toString('latin1', start, end)])).toEqual([
      ['aaaa', 'x'],
      ['bbbb', 'yz'],
      ['cccc', ''],
    ])
  })

  it('stops at a box that claims more than there is', () => {
    const bytes = Buffer.concat([box('aaaa'), box('bbbb', Buffer.alloc(10)).subarray(0, 12)])
    expect([...childBoxes(bytes)].map(({ type }) => type)).toEqual(['aaaa'])
  })

  it('finds a box by its path', () => {
    const bytes = Buffer.concat([
      box('free'),
      box('moov', Buffer.concat([box('mvhd'), box('trak', box('tkhd', Buffer.from('!')))])),
    ])
    const found = findBox(bytes, ['moov', 'trak', 'tkhd'])
    expect(found && bytes.toString('latin1', found.start, found.end)).toBe('!')
    expect(findBox(bytes, ['moov', 'udta'])).toBeUndefined()
  })
})

describe('readMp4Layout', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reeldock-boxes-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  const layout = async (...parts: Buffer[]) => {
    const path = join(directory, 'file')
    const bytes = Buffer.concat(parts)
    await writeFile(path, bytes)
    await using file = await open(path)
    return await readMp4Layout(file, bytes.length)
  }

  it('sees a complete file', async () => {
    expect(await layout(box('ftyp'), box('mdat', Buffer.alloc(50)), box('moov'))).toEqual({
      hasIndex: true,
      isCut: false,
    })
    expect(await layout(box('ftyp'), largeBox('mdat', Buffer.alloc(50)), box('moov'))).toEqual({
      hasIndex: true,
      isCut: false,
    })
  })

  it('sees that the end is missing, with and without the index', async () => {
    const cut = box('mdat', Buffer.alloc(50)).subarray(0, 30)
    expect(await layout(box('ftyp'), cut)).toEqual({ hasIndex: false, isCut: true })
    expect(await layout(box('ftyp'), box('moov'), cut)).toEqual({ hasIndex: true, isCut: true })
    expect(await layout(box('ftyp'), largeBox('mdat', Buffer.alloc(5), 10 ** 12))).toEqual({
      hasIndex: false,
      isCut: true,
    })
  })

  it('takes a last box without a size for the rest of the file', async () => {
    const open_ended = Buffer.concat([Buffer.from([0, 0, 0, 0]), Buffer.from('mdat'), Buffer.alloc(9)])
    expect(await layout(box('moov'), open_ended)).toEqual({ hasIndex: true, isCut: false })
  })

  it('does not run in circles over impossible sizes', async () => {
    expect(await layout(box('ftyp'), Buffer.from([0, 0, 0, 3]), Buffer.from('moovmoov'))).toEqual({
      hasIndex: false,
      isCut: false,
    })
  })
})
