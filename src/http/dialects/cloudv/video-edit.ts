import type { CategoryId } from '../../../core/ids.ts'
import { ApiError } from './api-error.ts'
import { type ApiCall, apiOperation } from './api-operation.ts'
import { categoriesCalled, categoriesNamed, readCategoryNames } from './categories.ts'
import { namedVideo } from './named-video.ts'

const MAX_NAME = 40
const MAX_DESCRIPTION = 200
const MAX_VALUE = 4_096

/** "Edit video": docs/dialects/cloudv.md#videoedit. What is absent or empty stays as it is. */
export const videoEdit = apiOperation('/vod/videoManage/videoEdit', async (call) => {
  const { services, account, parameters } = call
  const { view } = await namedVideo(call)
  const title = parameters.get('videoName') || undefined
  const description = parameters.get('videoDescription') || undefined
  if ([...(title ?? '')].length > MAX_NAME)
    throw new ApiError('fileNameTooLong', `videoName has more than ${MAX_NAME} characters.`)
  if ([...(description ?? '')].length > MAX_DESCRIPTION) {
    throw new ApiError('outOfRange', `videoDescription has more than ${MAX_DESCRIPTION} characters.`)
  }
  const metadata = own({ domain: parameters.get('publishDomain'), playerId: parameters.get('playerId') })
  const categoryIds = await wantedCategories(call)
  await services.library.update(account.projectId, view.asset.id, { title, description, metadata, categoryIds })
  return ''
})

function own(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const named = Object.entries(values).flatMap(([name, value]) => (value ? [[`cloudv.${name}`, value] as const] : []))
  if (named.some(([, value]) => value.length > MAX_VALUE)) throw new ApiError('outOfRange', 'A value is too long.')
  return Object.fromEntries(named)
}

/** `categoryNames` goes before `videoClassification`; an empty list of it clears. Undefined: as they are. */
async function wantedCategories({
  services,
  account,
  parameters,
}: ApiCall): Promise<readonly CategoryId[] | undefined> {
  const { projectId } = account
  const names = parameters.get('categoryNames')
  if (names) {
    const list = names.length > MAX_VALUE ? undefined : readCategoryNames(names)
    if (list === undefined)
      throw new ApiError('categoriesWrong', 'categoryNames must be a JSON list in url-safe base64.')
    return categoriesCalled(services, projectId, list)
  }
  const classification = parameters.get('videoClassification')
  if (!classification) return undefined
  const wanted = classification.split(',').map((name) => name.trim())
  const found = categoriesNamed(await services.categories.tree(projectId), wanted)
  if (found.length === 0) throw new ApiError('classificationWrong', 'There is no category of this name.')
  return found
}
