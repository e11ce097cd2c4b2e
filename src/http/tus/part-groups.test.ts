import { describe, expect, it } from 'vitest'
import { PartGroups, type PartPlace } from './part-groups.ts'

function groups() {
  let nowMs = 0
  const placing = new PartGroups(() => nowMs)
  return {
    advance: (ms: number) => {
      nowMs += ms
    },
    close: (key: string) => placing.close(key),
    isClosed: (key: string) => placing.isClosed(key),
    /** What the holder of an upload token announces. */
    token: (sizeBytes: number | undefined, who = 'token') => placing.place(who, sizeBytes, true),
    /** What a project announces. */
    project: (sizeBytes: number | undefined, who = 'key') => placing.place(who, sizeBytes, false),
  }
}

const starts = (places: readonly PartPlace[]) => places.map((place) => place.startByte)
const files = (places: readonly PartPlace[]) => new Set(places.map((place) => place.key)).size

describe('parts announced one after the other', () => {
  it('lie one behind the other in one file', () => {
    const { token } = groups()
    const places = [token(10), token(10), token(0), token(13)]
    expect(starts(places)).toEqual([0, 10, 20, 20])
    expect(files(places)).toBe(1)
  })

  it('by several senders never share a file', () => {
    const { token } = groups()
    expect(files([token(10, 'a'), token(10, 'b')])).toBe(2)
  })

  it('begin a new file after a pause', () => {
    const { token, advance } = groups()
    const first = token(10)
    advance(5_000)
    const second = token(10)
    advance(5_001)
    const third = token(10)
    expect([first.key === second.key, second.key === third.key]).toEqual([true, false])
    expect(third.startByte).toBe(0)
  })

  it('begin a new file once the old one is closed', () => {
    const { token, close, isClosed } = groups()
    const first = token(10)
    close(first.key)
    expect(token(10)).toMatchObject({ startByte: 0 })
    expect(token(10).key).not.toBe(first.key)
    expect([isClosed(first.key), isClosed(token(10).key)]).toEqual([true, false])
  })

  it('of unknown size have a file each', () => {
    const { token } = groups()
    const places = [token(undefined), token(undefined), token(10)]
    expect(files(places)).toBe(3)
    expect(starts(places)).toEqual([0, 0, 0])
  })
})

describe('parts that a project announces', () => {
  it('belong to the file whose parts are of their size, the last of which has the remainder', () => {
    const { project } = groups()
    const a = [project(100), project(100)]
    const b = [project(250), project(250)]
    const lastOfA = project(102)
    const lastOfB = project(251)
    expect(files([...a, lastOfA])).toBe(1)
    expect(files([...b, lastOfB])).toBe(1)
    expect(files([...a, ...b])).toBe(2)
    expect([lastOfA.startByte, lastOfB.startByte]).toEqual([200, 500])
  })

  it('begin a new file after the remainder', () => {
    const { project } = groups()
    const first = [project(100), project(101)]
    const second = [project(100), project(101)]
    expect(starts([...first, ...second])).toEqual([0, 100, 0, 100])
    expect(files([...first, ...second])).toBe(2)
  })

  it('of quite another size begin a file of their own', () => {
    const { project } = groups()
    expect(files([project(100), project(165), project(99)])).toBe(3)
  })
})

it('forgets the oldest senders when there are too many', () => {
  const { token } = groups()
  const first = token(10, 'first')
  for (let i = 0; i < 10_000; i += 1) token(10, `sender ${i}`)
  expect(token(10, 'first').key).not.toBe(first.key)
  const last = token(10, 'sender 9999')
  expect(last.startByte).toBe(10)
})
