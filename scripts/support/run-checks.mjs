import { join } from 'node:path'
import { exitCodeOfCommand, prepare } from './prepare.mjs'
import { elapsedSeconds, PROJECT_ROOT, serverEnvironment } from './project.mjs'
import { runQuietly } from './run-child.mjs'
import { summaryLine } from './test-summary.mjs'

/** @typedef {{ title: string, tool: string, args: string[] }} Step */

/** @type {Step[]} slowest first; two run at a time */
const STATIC_STEPS = [
  { title: 'Types of the server, tests and scripts', tool: 'tsc', args: ['--noEmit'] },
  { title: 'Types of the console', tool: 'tsc', args: ['--noEmit', '--project', 'console'] },
  {
    title: 'Architecture',
    tool: 'depcruise',
    args: ['src', 'test', 'bench', 'console', 'scripts', '--config', '.dependency-cruiser.cjs'],
  },
  { title: 'Unused files, exports and dependencies', tool: 'knip', args: [] },
  { title: 'Format and lint', tool: 'biome', args: ['ci', '.', '--error-on-warnings', '--colors=off'] },
]

/** @type {Step} by itself, because it keeps every core busy */
const TEST_STEP = { title: 'Unit, contract and scenario tests', tool: 'vitest', args: ['run', '--project', 'unit'] }

/**
 * @param {string[]} args `--no-tests` leaves the tests out, as REELDOCK_CHECK_TESTS=skip does
 * @returns {Promise<number>} exit code
 */
export async function runChecks(args) {
  const withTests = !args.includes('--no-tests') && process.env['REELDOCK_CHECK_TESTS'] !== 'skip'
  let counts = { passed: 0, failed: 1 }
  const exitCode = await exitCodeOfCommand(async () => {
    const serverNode = await prepare(PROJECT_ROOT, { withConsole: false })
    const results = await runStaticSteps(serverNode)
    if (withTests) results.push(await runStep(serverNode, TEST_STEP))
    else print('– Tests: left out, as asked')
    const passed = results.filter(Boolean).length
    counts = { passed, failed: results.length - passed }
    return counts.failed === 0 ? 0 : 1
  })
  print(summaryLine(counts))
  return exitCode
}

/**
 * @param {string} serverNode
 * @returns {Promise<boolean[]>}
 */
async function runStaticSteps(serverNode) {
  const waiting = [...STATIC_STEPS]
  const runSome = async () => {
    const results = []
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      results.push(await runStep(serverNode, step))
    }
    return results
  }
  return (await Promise.all([runSome(), runSome()])).flat()
}

/**
 * Shows one line when the step passes, and everything the tool said when it does not.
 * @param {string} serverNode
 * @param {Step} step
 * @returns {Promise<boolean>} whether it passed
 */
async function runStep(serverNode, { title, tool, args }) {
  const startedMs = performance.now()
  const { code, output } = await runQuietly(serverNode, [join(PROJECT_ROOT, 'node_modules', '.bin', tool), ...args], {
    cwd: PROJECT_ROOT,
    env: { ...serverEnvironment(serverNode), NO_COLOR: '1' },
  })
  if (code === 0) {
    print(`✓ ${title} (${tool}, ${elapsedSeconds(startedMs)})`)
    return true
  }
  print(`\n✗ ${title} (${tool} ${args.join(' ')}, exit code ${code})\n\n${output.trimEnd()}\n`)
  return false
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`)
}
