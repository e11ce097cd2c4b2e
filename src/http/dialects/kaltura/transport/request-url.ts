import { noParameters, type Parameters, setByName } from './parameters.ts'

/**
 * The parameters that a URL carries: those of the query, over which the pairs of the path win
 * (`/api_v3/service/baseentry/action/get/entryId/0_abc`; of a repeated name the first counts).
 */
export function urlParameters(url: string): Parameters {
  const [path = '', ...query] = url.split('?')
  const parameters = noParameters()
  for (const [name, value] of new URLSearchParams(query.join('?'))) setByName(parameters, name, value)
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded)
  const pairs = segments.slice(segments[1] === 'index.php' ? 2 : 1)
  const seen = new Set<string>()
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] as string
    if (seen.has(name)) continue
    seen.add(name)
    setByName(parameters, name, pairs[i + 1] ?? '')
  }
  return parameters
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
