import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { getContentProvider } from './account/get-content-provider.ts'
import { createCategory } from './categories/create-category.ts'
import { deleteCategory } from './categories/delete-category.ts'
import { editCategory } from './categories/edit-category.ts'
import { listCategories } from './categories/list-categories.ts'
import { mapChannel } from './categories/map-channel.ts'
import { attachContent } from './channels/attach-content.ts'
import { createChannel } from './channels/create-channel.ts'
import { deleteChannel } from './channels/delete-channel.ts'
import { detachContent } from './channels/detach-content.ts'
import { editChannel } from './channels/edit-channel.ts'
import { getChannel } from './channels/get-channel.ts'
import { getChannelContent } from './channels/get-channel-content.ts'
import { listChannelContents } from './channels/list-channel-contents.ts'
import { listChannels } from './channels/list-channels.ts'
import { replaceContent } from './channels/replace-content.ts'
import { mediaLink } from './gateway/media-link.ts'
import { openStream } from './gateway/open-stream.ts'
import { poster } from './gateway/poster.ts'
import { createTranscodingFile } from './library/create-transcoding-file.ts'
import { deleteMediaContent } from './library/delete-media-content.ts'
import { downloadPoster } from './library/download-poster.ts'
import { editMediaContent } from './library/edit-media-content.ts'
import { getMediaContent } from './library/get-media-content.ts'
import { listMediaContents } from './library/list-media-contents.ts'
import { listUploadFiles } from './library/list-upload-files.ts'
import { setEnabled } from './library/set-enabled.ts'
import { subtitles } from './library/subtitles.ts'
import { uploadPoster } from './library/upload-poster.ts'
import { createProfile } from './profiles/create-profile.ts'
import { editProfile } from './profiles/edit-profile.ts'
import { listProfiles } from './profiles/list-profiles.ts'

/** Everything but the upload itself. */
export const OPERATIONS: readonly FastifyPluginAsync<Readonly<{ services: Services }>>[] = [
  getContentProvider,
  listCategories,
  createCategory,
  editCategory,
  deleteCategory,
  mapChannel,
  listMediaContents,
  listUploadFiles,
  getMediaContent,
  editMediaContent,
  setEnabled,
  deleteMediaContent,
  createTranscodingFile,
  uploadPoster,
  downloadPoster,
  subtitles,
  listChannels,
  getChannel,
  createChannel,
  editChannel,
  deleteChannel,
  listChannelContents,
  getChannelContent,
  attachContent,
  detachContent,
  replaceContent,
  listProfiles,
  createProfile,
  editProfile,
  mediaLink,
  openStream,
  poster,
]
