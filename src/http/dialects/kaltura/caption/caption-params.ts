import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'

/** Templates of captions: there are none here, so that captions are described one by one. */
export const captionParamsList: Operation = {
  service: 'caption_captionParams',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaCaptionParamsFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  run: async () => ({ type: 'KalturaCaptionParamsListResponse', values: { objects: [], totalCount: 0 } }),
}

/** Throws FLAVOR_PARAMS_ID_NOT_FOUND, which is what the vendor says of all its params. */
export const captionParamsGet: Operation = {
  service: 'caption_captionParams',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: String(call.number('id')) })
  },
}
