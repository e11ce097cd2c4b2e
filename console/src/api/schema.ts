/**
 * The v1 wire types that the console reads and writes, taken from the types that are generated from the server's OpenAPI
 * document. Names exported here are what the rest of the console imports.
 * Times are ISO 8601 text, sizes are bytes, durations milliseconds, progress is 0..1, URLs are absolute.
 */
import type { operations } from './openapi.generated.ts'

type Answer<Name extends keyof operations, Status extends number> = operations[Name] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>
}
  ? Body
  : never

type Request<Name extends keyof operations> = operations[Name] extends {
  requestBody?: { content: { 'application/json': infer Body } }
}
  ? Body
  : never

export type Session = Answer<'getSession', 200>
export type NewUpload = Request<'createUpload'>
export type UploadTicket = Answer<'createUpload', 201>
export type UploadStatus = Answer<'getUpload', 200>
export type Asset = Answer<'getAsset', 200>
export type AssetState = Asset['state']
export type AssetStage = Asset['stage']
export type Playback = NonNullable<Asset['playback']>
export type AssetPage = Answer<'listAssets', 200>
export type AssetVersion = Answer<'reprocessAsset', 202>
export type Reprocessing = Request<'reprocessAsset'>
export type Workflows = Answer<'listWorkflows', 200>
export type Profiles = Answer<'listProfiles', 200>
/** What the watch page learns with a playback token. */
export type PlaybackInfo = Answer<'getPlaybackInfo', 200>
