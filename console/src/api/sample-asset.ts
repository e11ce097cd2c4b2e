import type { Asset } from './schema.ts'

/** For tests: an asset as the server describes one, and what is special about this one. */
export function sampleAsset(change: Partial<Asset> = {}): Asset {
  return {
    id: 'ast_1',
    title: 'Talk',
    state: 'ready',
    stage: 'ready',
    progress: 1,
    failure: null,
    isPlayable: true,
    durationMs: null,
    createdAt: '2026-06-20T12:00:00Z',
    description: '',
    tags: [],
    enabled: true,
    metadata: {},
    source: null,
    treatment: null,
    renditions: [],
    audioTracks: [],
    playback: null,
    ...change,
  }
}
