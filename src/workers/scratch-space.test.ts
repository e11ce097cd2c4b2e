import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LEASE_MS, openProcessing } from '../../test/support/processing.ts'
import { newId } from '../core/ids.ts'
import { ScratchSpace } from './scratch-space.ts'

async function open() {
  const processing = await openProcessing()
  const { scratchDirectory: directory, work } = processing
  const scratch = new ScratchSpace({ directory, work })
  const leave = async (name: string): Promise<string> => {
    await mkdir(join(directory, name), { recursive: true })
    await writeFile(join(directory, name, 'segment.m4s'), 'bytes')
    return name
  }
  await processing.upload(Buffer.from('film'))
  return { ...processing, scratch, leave }
}

it('lends a directory for as long as it is used, also when the use fails', async () => {
  const { scratch, claim, scratchNames } = await open()
  const job = await claim('ingest')
  const answer = await scratch.withDirectory(job, async (directory) => {
    await writeFile(join(directory, 'a'), 'bytes')
    expect(await scratchNames()).toEqual([`${job.id}-1`])
    return 'answer'
  })
  expect(answer).toBe('answer')
  expect(await scratchNames()).toEqual([])
  const failing = scratch.withDirectory(job, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(await scratchNames()).toEqual([])
})

it('sweeps what no living attempt uses, and nothing else', async () => {
  const { scratch, leave, claim, clock, random, scratchNames } = await open()
  const first = await claim('ingest')
  await clock.advance(LEASE_MS)
  const living = await claim('ingest', 'another process')
  const used = await leave(`${living.id}-${living.fence}`)
  await leave(`${first.id}-${first.fence}`)
  await leave(`${newId('job', clock.now(), random)}-1`)
  await leave('no-job-at-all')
  expect(await scratch.sweep()).toBe(3)
  expect(await scratchNames()).toEqual([used])
})

it('sweeps the directory of a job that has ended', async () => {
  const { scratch, leave, claim, work, clock, scratchNames } = await open()
  const job = await claim('ingest')
  await leave(`${job.id}-${job.fence}`)
  await work.transaction((tx) => tx.jobs.finish(job, clock.now()))
  expect(await scratch.sweep()).toBe(1)
  expect(await scratchNames()).toEqual([])
})

it('has nothing to sweep before anything was made', async () => {
  const { scratch } = await open()
  expect(await scratch.sweep()).toBe(0)
})
