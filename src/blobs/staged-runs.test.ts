import { describe, expect, it } from 'vitest'
import { type StagedRun, StagedRuns } from './staged-runs.ts'

/** Starts a write that lasts until told to end. */
function slowWrite(runs: StagedRuns, run: StagedRun, length: number) {
  const gate = Promise.withResolvers<number>()
  const events: string[] = []
  const done = runs
    .write(run, length, () => {
      events.push('begun')
      return gate.promise
    })
    .then(() => void events.push('done'))
  return { done, events, end: (writtenBytes = length) => gate.resolve(writtenBytes), fail: gate.reject }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
const writes = (runs: StagedRuns, run: StagedRun, length: number): Promise<void> =>
  runs.write(run, length, async () => length)

describe('runs over one staged file', () => {
  it('lets writes to different bytes go side by side, also where they touch', async () => {
    const runs = new StagedRuns()
    const first = slowWrite(runs, runs.open(0, 1), 10)
    const second = slowWrite(runs, runs.open(10, 2), 10)
    const third = slowWrite(runs, runs.open(20, 3), 10)
    await turns()
    for (const { events } of [first, second, third]) expect(events).toEqual(['begun'])
    for (const { end } of [third, second, first]) end()
    await Promise.all([first.done, second.done, third.done])
  })

  it('makes a newer run wait for an older one that is writing the same bytes', async () => {
    const runs = new StagedRuns()
    const older = slowWrite(runs, runs.open(0, 1), 10)
    const newer = slowWrite(runs, runs.open(9, 2), 10)
    await turns()
    expect(newer.events).toEqual([])
    older.end()
    await turns()
    expect(newer.events).toEqual(['begun'])
    newer.end()
    await newer.done
  })

  it('does not leave a newer run waiting when the older write fails', async () => {
    const runs = new StagedRuns()
    const older = slowWrite(runs, runs.open(0, 1), 10)
    const newer = slowWrite(runs, runs.open(0, 2), 10)
    older.fail(new Error('i/o error'))
    await expect(older.done).rejects.toThrow('i/o error')
    await turns()
    expect(newer.events).toEqual(['begun'])
    newer.end()
    await newer.done
  })

  it('refuses an older run where a newer one has written or is writing, and nowhere else', async () => {
    const runs = new StagedRuns()
    const older = runs.open(0, 1)
    const newer = runs.open(10, 2)
    await writes(runs, newer, 5)
    const writing = slowWrite(runs, newer, 5)
    await writes(runs, older, 10)
    await expect(writes(runs, older, 1)).rejects.toMatchObject({ code: 'superseded' })
    const late = runs.open(17, 1)
    await expect(writes(runs, late, 1)).rejects.toMatchObject({ code: 'superseded' })
    const beyond = runs.open(20, 1)
    await writes(runs, beyond, 1)
    writing.end()
    await writing.done
  })

  it('counts only what a short write wrote', async () => {
    const runs = new StagedRuns()
    const newer = runs.open(0, 2)
    const short = slowWrite(runs, newer, 10)
    short.end(4)
    await short.done
    expect(newer.end).toBe(4)
    await writes(runs, runs.open(4, 1), 6)
  })

  it('remembers a closed run as long as an older one is open, and no longer', async () => {
    const runs = new StagedRuns()
    const oldest = runs.open(100, 1)
    const closed = runs.open(0, 3)
    const newest = runs.open(200, 4)
    await writes(runs, closed, 10)
    runs.close(closed)
    const older = runs.open(0, 2)
    await expect(writes(runs, older, 10)).rejects.toMatchObject({ code: 'superseded' })
    runs.close(older)
    runs.close(oldest)
    // Numbers may begin again after runs that nobody acknowledged; such runs must not be in the way.
    await writes(runs, runs.open(0, 2), 10)
    runs.close(newest)
  })

  it('waits for the writes under way when it is sealed, and lets nobody write afterwards', async () => {
    const runs = new StagedRuns()
    const run = runs.open(0, 1)
    const writing = slowWrite(runs, run, 10)
    const waiting = slowWrite(runs, runs.open(5, 2), 10)
    waiting.done.catch(() => undefined)
    let isSealed = false
    const sealing = runs.seal().then(() => {
      isSealed = true
    })
    await turns()
    expect(isSealed).toBe(false)
    writing.end()
    await sealing
    await expect(waiting.done).rejects.toMatchObject({ code: 'state_conflict' })
    await expect(writes(runs, run, 1)).rejects.toMatchObject({ code: 'state_conflict' })
    expect(() => runs.assertUnsealed()).toThrow('no more bytes')
    runs.unseal()
    await writes(runs, run, 1)
  })
})
