import { ApiError } from './api-error.ts'
import { apiOperation } from './api-operation.ts'
import { namedVideo } from './named-video.ts'
import { type PlayAddresses, playAddresses } from './play-addresses.ts'

/** All, Flash, addresses, the adaptive player, previews of the latter two, the customer's own. */
const CODE_TYPES = new Set(['0', '2', '4', '5', '6', '7', '8'])
const TERMINALS = ['PC', 'Mobile']

/** "Get video playback code": docs/dialects/cloudv.md#getpublishcode. Addresses are empty while nothing is playable. */
export const getPublishCode = apiOperation('/vod/videoManage/getPublishCode', async (call) => {
  const { services, parameters } = call
  const { videoId, view } = await namedVideo(call)
  const codeType = parameters.get('codeType') || parameters.get('CodeType') || '0'
  if (!CODE_TYPES.has(codeType)) throw new ApiError('codeTypeWrong', 'codeType is not one of 0, 2, 4, 5, 6, 7, 8.')
  const wants = (type: string): boolean => codeType === '0' || codeType === type
  const addresses = playAddresses(services, view)
  return {
    videoId,
    encrypt: view.source?.treatment?.encryption === undefined ? 0 : 1,
    autoCode: wants('5') ? frameOf(addresses) : '',
    // Flash is over.
    swfCode: '',
    customCode: '',
    tryWatchAutoCode: '',
    videoUrl: wants('4') ? TERMINALS.map((urlType) => ({ urlType, ...urlsOf(addresses) })) : [],
    tryWatchVideoUrl: [],
  }
})

/** Members as in the vendor's answers; absent qualities are empty. */
function urlsOf({ adaptive, byClarity }: PlayAddresses) {
  return {
    originUrl: adaptive,
    fluentUrl: byClarity.get(2) ?? '',
    sdUrl: byClarity.get(3) ?? '',
    highUrl: byClarity.get(4) ?? '',
    hdPullUrl: byClarity.get(5) ?? '',
  }
}

function frameOf({ page }: PlayAddresses): string {
  if (page === '') return ''
  const source = page.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return `<iframe src="${source}" width="640" height="360" frameborder="0" allow="autoplay; fullscreen" allowfullscreen></iframe>`
}
