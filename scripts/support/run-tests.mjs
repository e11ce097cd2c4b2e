import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodeOfCommand, prepare } from './prepare.mjs'
import { PROJECT_ROOT, serverEnvironment } from './project.mjs'
import { runInForeground } from './run-child.mjs'
import { summarizeTests, summaryLine } from './test-summary.mjs'

/**
 * @param {string[]} args for Vitest
 * @returns {Promise<number>} exit code
 */
export async function prepareAndTest(args) {
  /** @type {import('./test-summary.mjs').TestSummary | undefined} */
  let summary
  const exitCode = await exitCodeOfCommand(async () => {
    summary = await runTests(await prepare(PROJECT_ROOT), args)
    return summary.exitCode
  })
  process.stdout.write(`${summaryLine(summary ?? { passed: 0, failed: 1 })}\n`)
  return exitCode
}

/**
 * Runs Vitest on this terminal and counts.
 * @param {string} serverNode
 * @param {string[]} args for Vitest
 */
async function runTests(serverNode, args) {
  const folder = mkdtempSync(join(tmpdir(), 'reeldock-test-'))
  try {
    const reportFile = join(folder, 'report.json')
    const vitest = join(PROJECT_ROOT, 'node_modules', 'vitest', 'vitest.mjs')
    const reporters = ['--reporter=default', `--reporter=${join(PROJECT_ROOT, 'scripts/support/count-reporter.mjs')}`]
    const exitCode = await runInForeground(serverNode, [vitest, 'run', ...reporters, ...args], {
      cwd: PROJECT_ROOT,
      env: { ...serverEnvironment(serverNode), REELDOCK_TEST_REPORT: reportFile },
    })
    const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
    const summary = summarizeTests(report, exitCode, { skippingIsFailing: isCi() })
    for (const remark of summary.remarks) process.stdout.write(`${remark}\n`)
    return summary
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function isCi() {
  return ['true', '1'].includes(process.env['CI'] ?? '')
}
