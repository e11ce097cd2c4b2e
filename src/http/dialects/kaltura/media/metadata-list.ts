import type { Operation } from '../operation.ts'

/** Players ask for an entry's custom metadata before they begin. There are no schemas for it here, hence none. */
export const metadataList: Operation = {
  service: 'metadata_metadata',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaMetadataFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  run: async () => ({ type: 'KalturaMetadataListResponse', values: { objects: [], totalCount: 0 } }),
}
