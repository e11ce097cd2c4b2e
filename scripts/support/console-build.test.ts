import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { buildConsole, needsConsoleBuild } from './console-build.mjs'

/** Builds as Vite does as far as we look: console/dist is made anew, or left when the sources are broken. */
const FAKE_VITE = `
  const { mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
  const source = readFileSync('console/src/main.ts', 'utf8')
  if (source.includes('broken')) {
    console.error('main.ts is broken')
    process.exit(1)
  }
  rmSync('console/dist', { recursive: true, force: true })
  mkdirSync('console/dist')
  writeFileSync('console/dist/index.html', process.argv.slice(2).join(' ') + ': ' + source)
`

describe('building the console', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'reeldock console '))
    await mkdir(join(root, 'console', 'src'), { recursive: true })
    await mkdir(join(root, 'node_modules', 'vite', 'bin'), { recursive: true })
    await writeFile(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), FAKE_VITE)
    await write('package-lock.json', 'lock')
    await write('console/src/main.ts', 'first')
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await rm(root, { recursive: true })
  })

  it('is due in a new checkout and not once it is done', async () => {
    expect(needsConsoleBuild(root)).toBe(true)
    await buildConsole(root, process.execPath)
    expect(needsConsoleBuild(root)).toBe(false)
    expect(await readFile(join(root, 'console/dist/index.html'), 'utf8')).toBe('build console --logLevel warn: first')
  })

  it.each([
    ['a source changes', () => write('console/src/main.ts', 'second')],
    ['a file is added', () => write('console/vite.config.ts', '')],
    [
      'a file is renamed',
      async () => [await write('console/src/app.ts', 'first'), await remove('console/src/main.ts')],
    ],
    ['the dependencies change', () => write('package-lock.json', 'other')],
    ['the build is removed', () => remove('console/dist')],
  ])('is due again when %s', async (_, change) => {
    await buildConsole(root, process.execPath)
    await change()
    expect(needsConsoleBuild(root)).toBe(true)
  })

  it('is not due because of files that tools make', async () => {
    await buildConsole(root, process.execPath)
    await mkdir(join(root, 'console', 'node_modules', '.vite'), { recursive: true })
    await write('console/node_modules/.vite/cache', 'x')
    await write('console/dist/extra', 'x')
    expect(needsConsoleBuild(root)).toBe(false)
  })

  it('fails with the tool’s own words, keeps the build there was, and is due again', async () => {
    await buildConsole(root, process.execPath)
    await write('console/src/main.ts', 'broken')
    await expect(buildConsole(root, process.execPath)).rejects.toThrow('main.ts is broken')
    expect(needsConsoleBuild(root)).toBe(true)
    expect(await readFile(join(root, 'console/dist/index.html'), 'utf8')).toContain('first')
  })

  function write(path: string, text: string) {
    return writeFile(join(root, path), text)
  }
  function remove(path: string) {
    return rm(join(root, path), { recursive: true })
  }
})
