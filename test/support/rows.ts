import type { Project } from '../../src/core/access/project.ts'
import { type AssetId, newId, type ProjectId, type UploadId } from '../../src/core/ids.ts'
import { type Asset, originalKey, PLAIN_ASSET, type Rendition, type Source } from '../../src/core/library/asset.ts'
import type { Category } from '../../src/core/library/category.ts'
import { type Channel, OPEN_POLICY, type Placement } from '../../src/core/library/channel.ts'
import type { MediaInfo } from '../../src/core/transcoding/media-info.ts'
import type { Upload } from '../../src/core/uploads/upload.ts'
import { SystemRandom } from '../../src/system/system-random.ts'

/** Complete domain values with defaults, so that a test names only what it is about. Times start at 2030. */

const random = new SystemRandom()
export const START_MS = Date.UTC(2030, 0, 1)

export function aProject(own: Partial<Project> = {}): Project {
  return { id: newId('project', START_MS, random), name: 'demo', createdAtMs: START_MS, ...own }
}

export function anAsset(projectId: ProjectId, own: Partial<Asset> = {}): Asset {
  const createdAtMs = own.createdAtMs ?? START_MS
  return {
    id: newId('asset', createdAtMs, random),
    projectId,
    title: 'Holiday',
    ...PLAIN_ASSET,
    createdAtMs,
    updatedAtMs: createdAtMs,
    ...own,
  }
}

export function anUpload(projectId: ProjectId, own: Partial<Upload> = {}): Upload {
  const createdAtMs = own.createdAtMs ?? START_MS
  const id = own.id ?? newId('upload', createdAtMs, random)
  return {
    id,
    projectId,
    assetId: undefined,
    state: 'pending',
    fileName: 'holiday.mp4',
    sizeBytes: undefined,
    policy: {
      maxSizeBytes: 1_000_000,
      minChunkBytes: 0,
      expiry: 'lease',
      leaseMs: 3_600_000,
      completion: 'automatic',
      allowedTypes: [],
      origins: [],
      digest: undefined,
      ownerId: undefined,
    },
    target: {
      title: undefined,
      profileKey: undefined,
      workflowKey: undefined,
      encrypt: false,
      audioOnly: false,
      passthrough: false,
      overwrite: false,
      replaceAssetId: undefined,
      metadata: {},
    },
    staging: { key: `staging-${id}`, layout: '' },
    kind: 'file',
    partOf: undefined,
    partIds: undefined,
    echo: {},
    ranges: [],
    sequence: 0,
    failure: undefined,
    createdAtMs,
    updatedAtMs: createdAtMs,
    expiresAtMs: createdAtMs + 3_600_000,
    hardExpiresAtMs: createdAtMs + 86_400_000,
    completedAtMs: undefined,
    ...own,
  }
}

export function aSource(
  asset: Readonly<{ id: AssetId; projectId: ProjectId }>,
  own: Partial<Source> & { uploadId?: UploadId } = {},
): Source {
  const createdAtMs = own.createdAtMs ?? START_MS
  const id = own.id ?? newId('source', createdAtMs, random)
  return {
    id,
    assetId: asset.id,
    projectId: asset.projectId,
    uploadId: newId('upload', createdAtMs, random),
    version: 1,
    blobKey: originalKey(id),
    fileName: 'holiday.mp4',
    sizeBytes: 1_000,
    media: undefined,
    packagePrefix: undefined,
    posterKey: undefined,
    failure: undefined,
    activation: 'automatic',
    createdAtMs,
    readyAtMs: undefined,
    ...own,
  }
}

export function aRendition(source: Readonly<{ id: Source['id'] }>, own: Partial<Rendition> = {}): Rendition {
  return {
    id: newId('rendition', START_MS, random),
    sourceId: source.id,
    name: '720p',
    playlist: '720p/index.m3u8',
    widthPx: 1280,
    heightPx: 720,
    frameRate: 30_000 / 1_001,
    codecs: 'avc1.64001f,mp4a.40.2',
    bandwidth: 3_000_000,
    averageBandwidth: 2_500_000,
    durationMs: 10_010,
    sizeBytes: 3_000_000_000,
    ...own,
  }
}

/** A silent or sounding clip as probing reports it. */
export function aMediaInfo(own: Partial<MediaInfo> = {}): MediaInfo {
  return {
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    contentType: 'video/mp4',
    durationMs: 10_010,
    sizeBytes: 1_000,
    bitRate: 800_000,
    video: {
      streamIndex: 0,
      codec: 'h264',
      widthPx: 640,
      heightPx: 360,
      frameRate: 30,
      peakFrameRate: 30,
      rotationDegrees: 0,
      pixelFormat: 'yuv420p',
      colorMatrix: 'bt709',
      isHdr: false,
      isInterlaced: false,
      bitRate: 700_000,
      endMs: 10_000,
    },
    audio: [
      {
        streamIndex: 1,
        codec: 'aac',
        channels: 2,
        sampleRateHz: 48_000,
        language: undefined,
        isDefault: true,
        bitRate: 96_000,
        endMs: 10_010,
      },
    ],
    coverStreamIndex: undefined,
    ...own,
  }
}

export function aCategory(projectId: ProjectId, own: Partial<Category> = {}): Category {
  return {
    id: newId('category', START_MS, random),
    projectId,
    parentId: undefined,
    name: 'Lectures',
    description: '',
    position: 0,
    metadata: {},
    createdAtMs: START_MS,
    updatedAtMs: START_MS,
    ...own,
  }
}

export function aChannel(projectId: ProjectId, own: Partial<Channel> = {}): Channel {
  return {
    id: newId('channel', START_MS, random),
    projectId,
    name: 'Public',
    description: '',
    isEnabled: true,
    policy: OPEN_POLICY,
    metadata: {},
    position: 0,
    createdAtMs: START_MS,
    updatedAtMs: START_MS,
    ...own,
  }
}

export function aPlacement(channel: Channel, asset: Asset, own: Partial<Placement> = {}): Placement {
  const id = newId('placement', START_MS, random)
  return {
    id,
    projectId: channel.projectId,
    channelId: channel.id,
    assetId: asset.id,
    key: id.slice(-8),
    previousAssetId: undefined,
    createdAtMs: START_MS,
    ...own,
  }
}
