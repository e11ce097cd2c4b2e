import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { installDependencies, needsInstall } from './install.mjs'

/** Does what `npm ci` does as far as we look: a new node_modules with npm's list of what it installed. */
const FAKE_NPM = `
  const { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
  appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n')
  rmSync('node_modules', { recursive: true, force: true })
  if (process.env.FAKE_NPM_FAILS) {
    console.error('npm error the reason')
    process.exit(3)
  }
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const installed = Object.fromEntries(Object.entries(packages).filter(([path, { os }]) => path !== '' && !os))
  mkdirSync('node_modules')
  writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: installed }))
`

describe('installing dependencies', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'reeldock install '))
    await writeFile(join(root, 'npm-cli.js'), FAKE_NPM)
    await writeLock('1.0.0')
    vi.stubEnv('npm_execpath', join(root, 'npm-cli.js'))
    vi.stubEnv('npm_node_execpath', process.execPath)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    await rm(root, { recursive: true })
  })

  it('happens in an empty checkout, with what builds and runs the server, and once', async () => {
    expect(needsInstall(root)).toBe(true)
    await installDependencies(root)
    expect(needsInstall(root)).toBe(false)
    expect(await npmCalls()).toHaveLength(1)
    expect((await npmCalls())[0]).toMatch(/^ci .*--include=dev --include=optional/)
  })

  it('happens again when the lock file asks for something else', async () => {
    await installDependencies(root)
    await writeLock('1.0.1')
    expect(needsInstall(root)).toBe(true)
    await installDependencies(root)
    expect(await npmCalls()).toHaveLength(2)
    expect(needsInstall(root)).toBe(false)
  })

  it('keeps a tree that somebody installed from the same lock file', async () => {
    await installDependencies(root)
    await rm(join(root, 'node_modules', '.reeldock-install'))
    expect(needsInstall(root)).toBe(true)
    await installDependencies(root)
    expect(await npmCalls()).toHaveLength(1)
    expect(needsInstall(root)).toBe(false)
  })

  it('happens again after somebody removed packages', async () => {
    await installDependencies(root)
    await writeFile(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: {} }))
    expect(needsInstall(root)).toBe(true)
    await installDependencies(root)
    expect(await npmCalls()).toHaveLength(2)
  })

  it('happens again in a checkout that was copied from another platform', async () => {
    await installDependencies(root)
    const foreign = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/native': { version: '1.0.0', os: ['beos'] },
    }
    await writeFile(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: foreign }))
    await installDependencies(root)
    expect(await npmCalls()).toHaveLength(2)
  })

  it('fails with npm’s own words, and is due again', async () => {
    vi.stubEnv('FAKE_NPM_FAILS', '1')
    await expect(installDependencies(root)).rejects.toThrow(/npm error the reason[\s\S]*exit code 3/)
    expect(needsInstall(root)).toBe(true)
  })

  it('says so when there is no npm', async () => {
    vi.stubEnv('npm_execpath', undefined)
    vi.stubEnv('PATH', root)
    await expect(installDependencies(root)).rejects.toThrow('npm was not found on PATH')
  })

  function writeLock(version: string) {
    const packages = {
      '': { version: '0.0.0' },
      'node_modules/a': { version },
      'node_modules/native': { version: '1.0.0', optional: true, os: ['beos'] },
    }
    return writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages }))
  }

  async function npmCalls(): Promise<string[]> {
    await appendFile(join(root, 'npm-calls'), '')
    return (await readFile(join(root, 'npm-calls'), 'utf8')).split('\n').filter((line) => line !== '')
  }
})
