import { describe, expect, it } from 'vitest'
import { anUpload, aProject } from '../../../../test/support/rows.ts'
import { Transfers } from './transfers.ts'

const UPLOAD = anUpload(aProject().id)
const { id: ID } = UPLOAD

describe('Transfers', () => {
  it('counts whole percent of the request, and leaves the last one to the stored file', () => {
    const transfers = new Transfers()
    expect(transfers.percent(UPLOAD)).toBe(0)
    const transfer = transfers.begin(ID, 1000)
    transfer.received(359)
    expect(transfers.percent(UPLOAD)).toBe(35)
    transfer.received(641)
    expect(transfers.percent(UPLOAD)).toBe(99)
    transfer.end()
    expect(transfers.percent(UPLOAD)).toBe(0)
  })

  it('says 0 while the length is not known', () => {
    const transfers = new Transfers()
    transfers.begin(ID, undefined).received(1_000_000)
    expect(transfers.percent(UPLOAD)).toBe(0)
    transfers.begin(ID, 0).received(0)
    expect(transfers.percent(UPLOAD)).toBe(0)
  })

  it('shows the newest of two requests, also after the older one ended', () => {
    const transfers = new Transfers()
    const older = transfers.begin(ID, 100)
    older.received(90)
    const newer = transfers.begin(ID, 100)
    newer.received(10)
    older.end()
    expect(transfers.percent(UPLOAD)).toBe(10)
  })

  it('shows of another process what that one has stored', () => {
    const ranges = [{ start: 0, end: 420 }]
    const percent = (echo: Record<string, string>) => new Transfers().percent({ ...UPLOAD, ranges, echo })
    expect(percent({ 'kollus.request_bytes': '1000' })).toBe(42)
    expect(percent({ 'kollus.request_bytes': '420' })).toBe(99)
    expect(percent({ 'kollus.request_bytes': '' })).toBe(0)
    expect(percent({})).toBe(0)
  })
})
