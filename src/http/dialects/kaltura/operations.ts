import { flavorAssetAdd } from './asset/flavor-asset-add.ts'
import { flavorAssetConvert, flavorAssetReconvert } from './asset/flavor-asset-convert.ts'
import { flavorAssetDelete } from './asset/flavor-asset-delete.ts'
import { flavorAssetGet } from './asset/flavor-asset-get.ts'
import { flavorAssetGetByEntryId, flavorAssetGetWebPlayable } from './asset/flavor-asset-get-by-entry-id.ts'
import { flavorAssetGetDownloadUrl, flavorAssetGetUrl } from './asset/flavor-asset-get-url.ts'
import { flavorAssetGetFlavorAssetsWithParams } from './asset/flavor-asset-get-with-params.ts'
import { flavorAssetList } from './asset/flavor-asset-list.ts'
import { flavorAssetSetContent } from './asset/flavor-asset-set-content.ts'
import { captionAssetGetRemotePaths, flavorAssetGetRemotePaths } from './asset/get-remote-paths.ts'
import { thumbAssetAdd } from './asset/thumb-asset-add.ts'
import { thumbAssetAddFromImage, thumbAssetSetAsDefault } from './asset/thumb-asset-add-from-image.ts'
import { thumbAssetAddFromUrl } from './asset/thumb-asset-add-from-url.ts'
import { thumbAssetDelete } from './asset/thumb-asset-delete.ts'
import { thumbAssetGenerate, thumbAssetGenerateByEntryId, thumbAssetRegenerate } from './asset/thumb-asset-generate.ts'
import { thumbAssetGet } from './asset/thumb-asset-get.ts'
import { thumbAssetGetByEntryId } from './asset/thumb-asset-get-by-entry-id.ts'
import { thumbAssetGetUrl, thumbAssetServe, thumbAssetServeByEntryId } from './asset/thumb-asset-get-url.ts'
import { thumbAssetList } from './asset/thumb-asset-list.ts'
import { thumbAssetSetContent } from './asset/thumb-asset-set-content.ts'
import { thumbAssetUpdate } from './asset/thumb-asset-update.ts'
import { captionAssetAdd } from './caption/caption-asset-add.ts'
import { captionAssetDelete } from './caption/caption-asset-delete.ts'
import { captionAssetGet } from './caption/caption-asset-get.ts'
import { captionAssetGetUrl, captionAssetServe, captionAssetServeByEntryId } from './caption/caption-asset-get-url.ts'
import { captionAssetList } from './caption/caption-asset-list.ts'
import { captionAssetServeAsJson, captionAssetServeWebVtt } from './caption/caption-asset-serve-web-vtt.ts'
import { captionAssetSetContent } from './caption/caption-asset-set-content.ts'
import { captionAssetSetAsDefault, captionAssetUpdate } from './caption/caption-asset-update.ts'
import { captionParamsAdd } from './caption/caption-params-add.ts'
import { captionParamsDelete } from './caption/caption-params-delete.ts'
import { captionParamsGet } from './caption/caption-params-get.ts'
import { captionParamsList } from './caption/caption-params-list.ts'
import { captionParamsUpdate } from './caption/caption-params-update.ts'
import { categoryAdd } from './category/category-add.ts'
import { categoryDelete } from './category/category-delete.ts'
import { categoryEntryAdd } from './category/category-entry-add.ts'
import { categoryEntryDelete } from './category/category-entry-delete.ts'
import { categoryEntryList } from './category/category-entry-list.ts'
import { categoryGet } from './category/category-get.ts'
import { categoryCount, categoryList } from './category/category-list.ts'
import { categoryMove } from './category/category-move.ts'
import { categoryUpdate } from './category/category-update.ts'
import { conversionProfileAdd } from './conversion/conversion-profile-add.ts'
import { conversionProfileAssetParamsList } from './conversion/conversion-profile-asset-params-list.ts'
import { conversionProfileDelete } from './conversion/conversion-profile-delete.ts'
import { conversionProfileGet, conversionProfileGetDefault } from './conversion/conversion-profile-get.ts'
import { conversionProfileList } from './conversion/conversion-profile-list.ts'
import { conversionProfileSetAsDefault } from './conversion/conversion-profile-set-as-default.ts'
import { conversionProfileUpdate } from './conversion/conversion-profile-update.ts'
import { flavorParamsGet, flavorParamsGetByConversionProfileId } from './conversion/flavor-params-get.ts'
import { flavorParamsList } from './conversion/flavor-params-list.ts'
import { baseEntryAddContent, mediaAddContent } from './media/add-content.ts'
import { baseEntryAdd, mediaAdd } from './media/add-entry.ts'
import { mediaAddFromEntry, mediaAddFromFlavorAsset } from './media/add-from-entry.ts'
import { baseEntryAddFromUploadedFile, mediaAddFromUploadedFile } from './media/add-from-uploaded-file.ts'
import { mediaAddFromUrl } from './media/add-from-url.ts'
import { baseEntryClone } from './media/clone-entry.ts'
import { baseEntryCount, mediaCount } from './media/count-entries.ts'
import { baseEntryDelete, mediaDelete } from './media/delete-entry.ts'
import { baseEntryGetContextData } from './media/get-context-data.ts'
import { baseEntryGetByIds } from './media/get-entries-by-ids.ts'
import { baseEntryGet, mediaGet } from './media/get-entry.ts'
import { baseEntryGetPlaybackContext } from './media/get-playback-context.ts'
import { baseEntryList, mediaList } from './media/list-entries.ts'
import { metadataList } from './media/metadata-list.ts'
import {
  baseEntryApproveReplace,
  baseEntryCancelReplace,
  mediaApproveReplace,
  mediaCancelReplace,
} from './media/settle-replacement.ts'
import { baseEntryUpdateContent, mediaUpdateContent } from './media/update-content.ts'
import { baseEntryUpdate, mediaUpdate } from './media/update-entry.ts'
import {
  baseEntryUpdateThumbnailFromUrl,
  baseEntryUpdateThumbnailJpeg,
  mediaUpdateThumbnail,
  mediaUpdateThumbnailFromUrl,
  mediaUpdateThumbnailJpeg,
} from './media/update-thumbnail.ts'
import { baseEntryUpload, mediaUpload, uploadUpload } from './media/upload-file.ts'
import { templateAdd, templateClone } from './notification/template-add.ts'
import { templateDelete } from './notification/template-delete.ts'
import { templateGet } from './notification/template-get.ts'
import { templateList } from './notification/template-list.ts'
import { templateUpdate, templateUpdateStatus } from './notification/template-update.ts'
import type { Operation } from './operation.ts'
import { appTokenAdd } from './session/app-token-add.ts'
import { appTokenDelete } from './session/app-token-delete.ts'
import { appTokenGet } from './session/app-token-get.ts'
import { appTokenList } from './session/app-token-list.ts'
import { appTokenStartSession } from './session/app-token-start-session.ts'
import { appTokenUpdate } from './session/app-token-update.ts'
import { sessionEnd } from './session/session-end.ts'
import { sessionGet } from './session/session-get.ts'
import { sessionImpersonate } from './session/session-impersonate.ts'
import { sessionImpersonateByKs } from './session/session-impersonate-by-ks.ts'
import { sessionStart } from './session/session-start.ts'
import { sessionStartWidgetSession } from './session/session-start-widget-session.ts'
import { partnerGet } from './system/partner-get.ts'
import { analyticsTrackEvent, statsCollect } from './system/stats-collect.ts'
import { systemGetVersion } from './system/system-get-version.ts'
import { systemPing } from './system/system-ping.ts'
import { uploadTokenAdd } from './upload-token/upload-token-add.ts'
import { uploadTokenDelete } from './upload-token/upload-token-delete.ts'
import { uploadTokenGet } from './upload-token/upload-token-get.ts'
import { uploadTokenList } from './upload-token/upload-token-list.ts'
import { uploadTokenUpload } from './upload-token/upload-token-upload.ts'

/** All there is; docs/dialects/kaltura.md says how much of each. */
const OPERATIONS: readonly Operation[] = [
  analyticsTrackEvent,
  appTokenAdd,
  appTokenDelete,
  appTokenGet,
  appTokenList,
  appTokenStartSession,
  appTokenUpdate,
  baseEntryAdd,
  baseEntryAddContent,
  baseEntryAddFromUploadedFile,
  baseEntryApproveReplace,
  baseEntryCancelReplace,
  baseEntryClone,
  baseEntryCount,
  baseEntryDelete,
  baseEntryGet,
  baseEntryGetByIds,
  baseEntryGetContextData,
  baseEntryGetPlaybackContext,
  baseEntryList,
  baseEntryUpdate,
  baseEntryUpdateContent,
  baseEntryUpdateThumbnailFromUrl,
  baseEntryUpdateThumbnailJpeg,
  baseEntryUpload,
  captionAssetAdd,
  captionAssetDelete,
  captionAssetGet,
  captionAssetGetRemotePaths,
  captionAssetGetUrl,
  captionAssetList,
  captionAssetServe,
  captionAssetServeAsJson,
  captionAssetServeByEntryId,
  captionAssetServeWebVtt,
  captionAssetSetAsDefault,
  captionAssetSetContent,
  captionAssetUpdate,
  captionParamsAdd,
  captionParamsDelete,
  captionParamsGet,
  captionParamsList,
  captionParamsUpdate,
  categoryAdd,
  categoryCount,
  categoryDelete,
  categoryEntryAdd,
  categoryEntryDelete,
  categoryEntryList,
  categoryGet,
  categoryList,
  categoryMove,
  categoryUpdate,
  conversionProfileAdd,
  conversionProfileAssetParamsList,
  conversionProfileDelete,
  conversionProfileGet,
  conversionProfileGetDefault,
  conversionProfileList,
  conversionProfileSetAsDefault,
  conversionProfileUpdate,
  flavorAssetAdd,
  flavorAssetConvert,
  flavorAssetDelete,
  flavorAssetGet,
  flavorAssetGetByEntryId,
  flavorAssetGetDownloadUrl,
  flavorAssetGetFlavorAssetsWithParams,
  flavorAssetGetRemotePaths,
  flavorAssetGetUrl,
  flavorAssetGetWebPlayable,
  flavorAssetList,
  flavorAssetReconvert,
  flavorAssetSetContent,
  flavorParamsGet,
  flavorParamsGetByConversionProfileId,
  flavorParamsList,
  mediaAdd,
  mediaAddContent,
  mediaAddFromEntry,
  mediaAddFromFlavorAsset,
  mediaAddFromUploadedFile,
  mediaAddFromUrl,
  mediaApproveReplace,
  mediaCancelReplace,
  mediaCount,
  mediaDelete,
  mediaGet,
  mediaList,
  mediaUpdate,
  mediaUpdateContent,
  mediaUpdateThumbnail,
  mediaUpdateThumbnailFromUrl,
  mediaUpdateThumbnailJpeg,
  mediaUpload,
  metadataList,
  partnerGet,
  sessionEnd,
  sessionGet,
  sessionImpersonate,
  sessionImpersonateByKs,
  sessionStart,
  sessionStartWidgetSession,
  statsCollect,
  systemGetVersion,
  systemPing,
  templateAdd,
  templateClone,
  templateDelete,
  templateGet,
  templateList,
  templateUpdate,
  templateUpdateStatus,
  thumbAssetAdd,
  thumbAssetAddFromImage,
  thumbAssetAddFromUrl,
  thumbAssetDelete,
  thumbAssetGenerate,
  thumbAssetGenerateByEntryId,
  thumbAssetGet,
  thumbAssetGetByEntryId,
  thumbAssetGetUrl,
  thumbAssetList,
  thumbAssetRegenerate,
  thumbAssetServe,
  thumbAssetServeByEntryId,
  thumbAssetSetAsDefault,
  thumbAssetSetContent,
  thumbAssetUpdate,
  uploadTokenAdd,
  uploadTokenDelete,
  uploadTokenGet,
  uploadTokenList,
  uploadTokenUpload,
  uploadUpload,
]

const BY_SERVICE = new Map<string, Map<string, Operation>>()
for (const operation of OPERATIONS) {
  const service = operation.service.toLowerCase()
  const actions = BY_SERVICE.get(service) ?? new Map<string, Operation>()
  BY_SERVICE.set(service, actions.set(operation.action.toLowerCase(), operation))
}

/** The operation of these names, whatever their case. */
export function findOperation(service: string, action: string): Operation | 'no service' | 'no action' {
  const actions = BY_SERVICE.get(service.toLowerCase())
  if (actions === undefined) return 'no service'
  return actions.get(action.toLowerCase()) ?? 'no action'
}
