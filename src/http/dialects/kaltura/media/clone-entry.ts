import { isDomainError } from '../../../../core/errors.ts'
import type { Asset } from '../../../../core/library/asset.ts'
import { captionFormat, formatNote } from '../caption/caption-format.ts'
import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import { ENTRY_STATUS, entryStatus, findEntry, METADATA } from './entry.ts'
import { ENTRY_ID, underNewEntryId } from './entry-id.ts'
import { toMediaEntry } from './media-entry.ts'

/** KalturaBaseEntryCloneOptions that mean something here; of the others there is nothing to clone. */
const OPTION = { users: '1', categories: '2', flavors: '6', captions: '7' } as const
/** KalturaCloneComponentSelectorType. */
const EXCLUDE = '1'

/**
 * Makes another entry of what this one is, of the same name; options leave something out. An entry without content gives
 * one without content.
 */
export const baseEntryClone: Operation = {
  service: 'baseEntry',
  action: 'clone',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'cloneOptions', type: 'array:KalturaBaseEntryCloneOptionItem', default: [] },
  ],
  async run(call) {
    const { services, session, surroundings } = call
    const { projectId, content } = session
    const { id, view } = await findEntry(services, session, call.text('entryId'))
    const isCloned = selection(call.list('cloneOptions'))
    const metadata = { [METADATA.replacement]: undefined }
    const edit = {
      metadata: isCloned(OPTION.users) ? metadata : { ...metadata, [METADATA.creatorId]: content.userId },
      ownerId: isCloned(OPTION.users) ? undefined : content.userId,
      categoryIds: isCloned(OPTION.categories) ? undefined : [],
    }
    const wishes = {
      edit,
      withFile: isCloned(OPTION.flavors) && entryStatus(view) !== ENTRY_STATUS.noContent,
      withSubtitles: isCloned(OPTION.captions),
    }
    try {
      return await underNewEntryId(surroundings.random, async (key) => {
        const externalKeys = [{ namespace: ENTRY_ID, key }]
        const copy = await services.copies.copy(projectId, view.asset.id, { ...wishes, externalKeys })
        const formats = await captionFormats(call, view.asset, copy)
        const cloned = await services.library.update(projectId, copy.id, { metadata: formats })
        return toMediaEntry(call, { id: key, view: cloned })
      })
    } catch (error) {
      if (!isDomainError(error, 'state_conflict')) throw error
      throw new KalturaError('ENTRY_NOT_READY', { ENTRY_NAME: id }, { cause: error })
    }
  },
}

/** What notes the formats of captions is about the clone's own now. */
async function captionFormats({ services, session }: Call, original: Asset, copy: Asset) {
  const before = await services.subtitles.listAll(session.projectId, original.id)
  const after = await services.subtitles.list(session.projectId, copy.id)
  const labels = new Map(before.map((caption) => [caption.label, caption]))
  const notes = before.map((caption) => formatNote(caption, undefined))
  for (const caption of after) {
    const cloned = labels.get(caption.label)
    if (cloned !== undefined) notes.push(formatNote(caption, captionFormat(original, cloned)))
  }
  return Object.assign({}, ...notes) as Readonly<Record<string, string | undefined>>
}

/** Everything that no option excludes; of options about the same the last one counts. */
function selection(options: readonly CastObject[]): (option: string) => boolean {
  const rules = new Map(options.map(({ values }) => [values['itemType'], values['rule']]))
  return (option) => rules.get(option) !== EXCLUDE
}
