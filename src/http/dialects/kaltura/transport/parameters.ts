/** One value of a request: what JSON can say. */
export type Parameter = string | number | boolean | null | readonly Parameter[] | Parameters

/** A request's parameters as a tree. Without a prototype, so that no name of a client's means anything to us. */
export type Parameters = { [name: string]: Parameter }

const MAX_DEPTH = 32

export function noParameters(): Parameters {
  return Object.create(null) as Parameters
}

export function isTree(value: Parameter | undefined): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A tree of ours from a parsed JSON value; undefined for anything but an object. Its names may be flat ones, too. */
export function fromJson(value: unknown): Parameters | undefined {
  const copied = copy(value, 0)
  if (!isTree(copied)) return undefined
  const tree = noParameters()
  for (const [name, element] of Object.entries(copied)) setByName(tree, name, element)
  return tree
}

function copy(value: unknown, depth: number): Parameter {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return null
  if (Array.isArray(value)) return value.map((element) => copy(element, depth + 1))
  const tree = noParameters()
  for (const [name, element] of Object.entries(value)) tree[name] = copy(element, depth + 1)
  return tree
}

/** The path that a flat name spells: `2:resource[token]` is `2`, `resource`, `token`. `a[]` names the next element. */
export function pathOf(name: string): readonly string[] {
  const path: string[] = []
  for (const step of name.split(':')) {
    const open = step.indexOf('[')
    if (open <= 0 || !step.endsWith(']')) path.push(step)
    else path.push(step.slice(0, open), ...step.slice(open + 1, -1).split(']['))
  }
  return path.slice(0, MAX_DEPTH)
}

/** Puts `value` where the flat `name` says. What stood in the way is replaced. */
export function setByName(tree: Parameters, name: string, value: Parameter): void {
  const path = pathOf(name)
  let here = tree
  for (const step of path.slice(0, -1)) {
    const key = step === '' ? nextIndex(here) : step
    const inner = here[key]
    const next = isTree(inner) ? inner : noParameters()
    here[key] = next
    here = next
  }
  const last = path.at(-1) ?? ''
  here[last === '' && here !== tree ? nextIndex(here) : last] = value
}

/** `base` with `added` in it, to any depth; `added` wins. Neither is changed. */
export function merged(base: Parameters, added: Parameters): Parameters {
  const result = Object.assign(noParameters(), base)
  for (const [name, value] of Object.entries(added)) {
    const own = result[name]
    result[name] = isTree(own) && isTree(value) ? merged(own, value) : value
  }
  return result
}

/** As a string, where a scalar stands under this name. */
export function textOf(tree: Parameters, name: string): string | undefined {
  const value = tree[name]
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function nextIndex(tree: Parameters): string {
  return String(Object.keys(tree).length)
}
