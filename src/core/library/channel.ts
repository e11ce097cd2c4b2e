import type { AssetId, ChannelId, PlacementId, ProjectId } from '../ids.ts'

/** How what is published in a channel may be watched. */
export type ChannelPolicy = Readonly<{
  /** Plays for everybody who knows the address, without a token. */
  isPublic: boolean
  /** Only encrypted assets may be published here. */
  requiresEncryption: boolean
  /** Hosts whose pages may embed the player; empty: any. */
  refererDomains: readonly string[]
  allowsDesktopDownload: boolean
  allowsMobileDownload: boolean
}>

/** Where assets are published: it carries delivery and security policy. */
export type Channel = Readonly<{
  id: ChannelId
  projectId: ProjectId
  name: string
  description: string
  isEnabled: boolean
  policy: ChannelPolicy
  /** The customer's and the dialects' own names and values. */
  metadata: Readonly<Record<string, string>>
  position: number
  /** How files that go here are treated, unless their token or category says otherwise. */
  workflowKey?: string | undefined
  profileKey?: string | undefined
  createdAtMs: number
  updatedAtMs: number
}>

export const OPEN_POLICY: ChannelPolicy = {
  isPublic: false,
  requiresEncryption: false,
  refererDomains: [],
  allowsDesktopDownload: false,
  allowsMobileDownload: false,
}

/** An asset in a channel: what is played. The key stays when the asset behind it is exchanged. */
export type Placement = Readonly<{
  id: PlacementId
  projectId: ProjectId
  channelId: ChannelId
  assetId: AssetId
  /** Eight letters and digits, case-sensitive, unique on this server. */
  key: string
  /** What it played before its asset was exchanged; an exchange can be undone while that asset exists. */
  previousAssetId: AssetId | undefined
  createdAtMs: number
}>
