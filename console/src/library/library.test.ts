import { describe, expect, it } from 'vitest'
import { sampleAsset } from '../api/sample-asset.ts'
import type { Asset } from '../api/schema.ts'
import { curlLine } from './curl-line.ts'
import { ladderText, sourceText, stateText } from './describe-asset.ts'

const asset = (change: Partial<Asset>): Asset => sampleAsset({ durationMs: 1000, ...change })

function rendition(name: string, height: number | null, bandwidth: number) {
  const common = { width: null, frameRate: null, codecs: '', averageBandwidth: 0, sizeBytes: 0, durationMs: 0 }
  return { ...common, name, height, bandwidth }
}

const FILE = { fileName: 'talk.mp4', sizeBytes: 12_400_000, container: 'mp4', contentType: 'video/mp4' }

describe('an asset in words', () => {
  it('shows the share encoded only while it is being encoded', () => {
    expect(stateText(asset({ state: 'processing', stage: 'encoding', progress: 0.421, isPlayable: false }))).toBe(
      'Encoding 42 %',
    )
    expect(stateText(asset({ state: 'processing', stage: 'probing', progress: 0 }))).toBe('Preparing')
    const early = asset({ state: 'processing', stage: 'encoding', progress: 0.421, isPlayable: true })
    expect(stateText(early)).toBe('Encoding 42 %, plays already')
  })

  it('sums up the source in one line', () => {
    const video = { codec: 'h264', width: 1920, height: 1080, frameRate: 30000 / 1001 }
    expect(sourceText(asset({ source: { ...FILE, video, audio: null } }))).toBe(
      '1920 × 1080 · 29.97 fps · H264 · 12.4 MB',
    )
  })

  it('sums up a source that is sound only', () => {
    const source = { ...FILE, video: null, audio: { codec: 'aac', channels: 2 } }
    expect(sourceText(asset({ source }))).toBe('AAC · 12.4 MB')
    expect(sourceText(asset({ source: null }))).toBe('')
  })

  it('lists the renditions from the largest down', () => {
    const renditions = [rendition('480p', 480, 1), rendition('audio', null, 0.1), rendition('1080p', 1080, 5)]
    expect(ladderText(asset({ renditions }))).toBe('1080p, 480p, audio')
  })
})

describe('the curl line', () => {
  it("asks this server for a ticket with the key from the environment and sends the file to the ticket's URL", () => {
    const line = curlLine('http://127.0.0.1:8080')
    expect(line).toContain('curl -T video.mp4 "$(curl -sS http://127.0.0.1:8080/v1/uploads \\\n')
    expect(line).toContain('"Authorization: Bearer $REELDOCK_API_KEY"')
    expect(line).toContain(String.raw`sed 's/.*"put":"\([^"]*\)".*/\1/')"`)
  })
})
