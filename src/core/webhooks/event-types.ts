import type { EventType } from './endpoint.ts'

/** What each event says, for receivers. A new event does not compile until it is described here. */
export const EVENT_MEANINGS: Readonly<Record<EventType, string>> = {
  'upload.created': 'A token was issued; nothing has arrived yet.',
  'upload.completed': 'Every byte is stored.',
  'upload.expired': 'The token ran out before the file was complete.',
  'upload.deleted': 'The upload was given up.',
  'upload.failed': 'The upload cannot be completed; `reason` says why.',
  'asset.probed': 'The file has been looked at and is media.',
  'asset.playable': 'It plays in its smallest size already; long films only, and `asset.ready` follows.',
  'asset.ready': 'It plays, and all that was to be made of the file is there.',
  'source.ready': 'A new version of the file could play, and waits to be switched to.',
  'asset.failed': 'The file could not be processed; `reason` says why, `asset.isPlayable` whether anything plays.',
  'asset.updated': 'Title, metadata, categories or the like changed; `changes` names what.',
  'asset.deleted': 'It is gone; `asset` says what it was.',
  'category.created': 'A category was made.',
  'category.updated': 'A category was renamed or moved.',
  'category.deleted': 'A category is gone.',
  'channel.created': 'A channel was made.',
  'channel.updated': 'A channel has other settings.',
  'channel.deleted': 'A channel is gone.',
  'placement.created': 'An asset was put into a channel.',
  'placement.deleted': 'An asset was taken out of a channel.',
  'placement.replaced': 'Another asset plays at the same place of a channel.',
  'endpoint.tested': 'Somebody asked for a test; sent to that endpoint only.',
  'endpoint.disabled': 'Another endpoint is told nothing more; `reason` says why.',
}

export const EVENT_TYPES = Object.keys(EVENT_MEANINGS) as readonly EventType[]
