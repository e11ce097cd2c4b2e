// Runs a test file written for mocha, unmodified, in the order it declares: node run-vendor-suite.ts <file>
// Prints a line of JSON for each test. A failure the file lets go unhandled ends the process with an error.
import { createRequire } from 'node:module'
import { argv } from 'node:process'

type Run = (done: (error?: unknown) => void) => unknown

const TIMEOUT_MS = 60_000
const tests: { title: string; run: Run }[] = []
const titles: string[] = []

Object.assign(globalThis, {
  describe(title: string, declare: () => void) {
    titles.push(title)
    declare()
    titles.pop()
  },
  it(title: string, run: Run) {
    tests.push({ title: [...titles, title].join(' > '), run })
  },
})

createRequire(import.meta.url)(argv[2] ?? '')

for (const { title, run } of tests) {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${title} took too long`)), TIMEOUT_MS)
    const done = (error?: unknown): void => {
      clearTimeout(timer)
      if (error === undefined) resolve()
      else reject(error)
    }
    const result = run(done)
    if (run.length === 0) Promise.resolve(result).then(() => done(), done)
  })
  console.log(JSON.stringify({ passed: title }))
}
