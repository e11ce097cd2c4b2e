import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePhoneClip } from '../../support/media/make-media.ts'
import { readSnippets } from '../support/snippets.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { etagOf, MIB, padded } from './cloudv-client.ts'

const DOCUMENT = join(import.meta.dirname, '..', '..', '..', 'docs', 'dialects', 'cloudv.md')

/** How each program is run. */
const RUNNERS: Readonly<Record<string, Readonly<{ command: string; fileName: string }>>> = {
  node: { command: process.execPath, fileName: 'upload.mjs' },
  python: { command: 'python3', fileName: 'upload.py' },
  php: { command: 'php', fileName: 'upload.php' },
  java: { command: 'java', fileName: 'Upload.java' },
}

let server: RunningServer
let directory: string
let content: Buffer
let snippets: ReadonlyMap<string, string>

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-cloudv-'))
  content = await padded(await makePhoneClip(directory), 9 * MIB)
  await writeFile(join(directory, 'lecture.mp4'), content)
  snippets = await readSnippets(DOCUMENT)
  server = await startServer()
})

afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

describe('the programs in the document', () => {
  it('are those that are run here', () => {
    // The lines for the browser are run by wcs-js-sdk-dom.test.ts.
    expect([...snippets.keys()].sort()).toEqual(['browser', ...Object.keys(RUNNERS)].sort())
  })

  for (const [name, { command, fileName }] of Object.entries(RUNNERS)) {
    it.skipIf(spawnSync(command, ['-v']).error !== undefined)(`send a file with ${name}`, async () => {
      const program = join(directory, fileName)
      await writeFile(program, snippets.get(name) ?? '')
      const { accessKey, secretKey } = KEYS.cloudv
      const env = {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        HOST: server.url,
        ACCESS_KEY: accessKey,
        SECRET_KEY: secretKey,
        FILE: join(directory, 'lecture.mp4'),
      }
      const { stdout } = await promisify(execFile)(command, [program], { env })
      expect(stdout).toContain(etagOf(content))
    })
  }
})
