/**
 * @typedef {object} TestSummary
 * @property {number} passed
 * @property {number} failed tests that failed, and what broke beside them
 * @property {number} skipped
 * @property {string[]} remarks what the numbers do not say
 * @property {number} exitCode 0 only when nothing failed
 */

/**
 * Counts a run. Whatever made the run fail is in `failed`, so that "0 failed" means what it says.
 * @param {import('./count-reporter.mjs').TestReport | undefined} report undefined when the run ended without one
 * @param {number} runExitCode of Vitest
 * @param {{ skippingIsFailing: boolean }} options
 * @returns {TestSummary}
 */
export function summarizeTests(report, runExitCode, { skippingIsFailing }) {
  const { passed, failed, notRun, broken } = report ?? { passed: 0, failed: [], notRun: [], broken: [] }
  const failures = [...broken.map((message) => `failed beside the tests: ${message}`)]
  if (skippingIsFailing) failures.push(...notRun.map((name) => `skipped, and CI skips nothing: ${name}`))
  if (failed.length + failures.length === 0 && (runExitCode !== 0 || passed + notRun.length === 0)) {
    failures.push(`the run itself: ${passed} tests, exit code ${runExitCode}; the reason is above`)
  }
  const failedCount = failed.length + failures.length
  return {
    passed,
    failed: failedCount,
    skipped: skippingIsFailing ? 0 : notRun.length,
    remarks: failures.map((failure) => `Counted as failed: ${failure}`),
    exitCode: failedCount === 0 ? 0 : runExitCode || 1,
  }
}

/**
 * The last line of a run.
 * @param {{ passed: number, failed: number, skipped?: number }} counts
 */
export function summaryLine({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
