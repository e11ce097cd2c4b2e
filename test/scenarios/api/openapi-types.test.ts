import { readFile } from 'node:fs/promises'
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { expect, it } from 'vitest'

it("types of the console's client are generated from the OpenAPI document (-u updates them)", async () => {
  const document = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as OpenAPI3
  const types = `/** Generated from docs/openapi.json by the test that compares them. */\n${astToString(await openapiTypescript(document))}`
  await expect(types).toMatchFileSnapshot('../../../console/src/api/openapi.generated.ts')
})
