import { describe, expect, it } from 'vitest'
import { summarizeTests, summaryLine } from './test-summary.mjs'

const clean = { passed: 3, failed: [], notRun: [], broken: [] }
const locally = { skippingIsFailing: false }
const inCi = { skippingIsFailing: true }

describe('the summary of a test run', () => {
  it('is green only when everything that ran passed', () => {
    expect(summarizeTests(clean, 0, locally)).toEqual({ passed: 3, failed: 0, skipped: 0, remarks: [], exitCode: 0 })
  })

  it('counts what failed beside the tests, and says what it was', () => {
    const summary = summarizeTests({ ...clean, failed: ['a'], broken: ['hook broke'] }, 1, locally)
    expect(summary).toMatchObject({ passed: 3, failed: 2, exitCode: 1 })
    expect(summary.remarks).toEqual(['Counted as failed: failed beside the tests: hook broke'])
  })

  it('tolerates skipped tests on a developer’s machine and not in CI', () => {
    const report = { ...clean, notRun: ['needs a browser'] }
    expect(summarizeTests(report, 0, locally)).toMatchObject({ failed: 0, skipped: 1, exitCode: 0 })
    expect(summarizeTests(report, 0, inCi)).toMatchObject({ failed: 1, skipped: 0, exitCode: 1 })
    expect(summarizeTests(report, 0, inCi).remarks.join()).toContain('needs a browser')
  })

  it('never reports zero failures for a run that ended badly', () => {
    expect(summarizeTests(clean, 1, locally)).toMatchObject({ passed: 3, failed: 1, exitCode: 1 })
    expect(summarizeTests(undefined, 137, locally)).toMatchObject({ passed: 0, failed: 1, exitCode: 137 })
    expect(summarizeTests(undefined, 0, locally)).toMatchObject({ passed: 0, failed: 1, exitCode: 1 })
  })

  it('ends in one plain line', () => {
    expect(summaryLine({ passed: 12, failed: 0 })).toBe('12 passed, 0 failed')
    expect(summaryLine({ passed: 12, failed: 1, skipped: 2 })).toBe('12 passed, 1 failed, 2 skipped')
  })
})
