import { writeFileSync } from 'node:fs'

/**
 * What a run of tests came to.
 * @typedef {object} TestReport
 * @property {number} passed
 * @property {string[]} failed names of tests
 * @property {string[]} notRun names of tests that were skipped or never got their turn
 * @property {string[]} broken what failed beside the tests: a file that cannot be imported, a hook, a stray error
 */

/** A Vitest reporter that leaves a `TestReport` in the file that REELDOCK_TEST_REPORT names. */
class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message?: string }[]} strayErrors
   */
  onTestRunEnd(modules, strayErrors) {
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        name: `${module.relativeModuleId} > ${test.fullName}`,
        state: test.result().state,
      })),
    )
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()])
    const errors = [...groups.flatMap((group) => group.errors()), ...strayErrors]
    /** @type {TestReport} */
    const report = {
      passed: tests.filter(({ state }) => state === 'passed').length,
      failed: tests.filter(({ state }) => state === 'failed').map(({ name }) => name),
      notRun: tests.filter(({ state }) => state !== 'passed' && state !== 'failed').map(({ name }) => name),
      broken: errors.map(({ message }) => message?.split('\n')[0] ?? 'an error without a message'),
    }
    const file = process.env['REELDOCK_TEST_REPORT']
    if (file !== undefined) writeFileSync(file, JSON.stringify(report))
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export
export default CountReporter
