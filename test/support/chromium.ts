import { findProgram } from './find-program.ts'

/**
 * The browser that the acceptance suite drives: CHROMIUM_PATH, else the first known name on PATH.
 *
 * @returns undefined when there is none; tests that need it skip themselves, which global-setup.ts announces
 */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') return named
  return findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
}
