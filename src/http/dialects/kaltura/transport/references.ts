import { isWireObject, type WireValue } from '../schema/wire-value.ts'
import type { Outcome } from './outcome.ts'
import { isTree, type Parameter, type Parameters } from './parameters.ts'

const REFERENCE = /\{(\d{1,4}):result((?::[^:{}]{1,256})*)\}/g

/**
 * The parameters of a later call, with `{2:result:path}` replaced by what call 2 answered; calls count from 1, whatever
 * the keys. What is not there, or an error, is an empty text.
 */
export function resolveReferences(parameters: Parameters, earlier: readonly Outcome[]): Parameters {
  return resolve(parameters, earlier) as Parameters
}

function resolve(value: Parameter, earlier: readonly Outcome[]): Parameter {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (_, ordinal: string, path: string) => {
      const outcome = earlier[Number(ordinal) - 1]
      return outcome === undefined || 'error' in outcome ? '' : follow(outcome.value, path.split(':').slice(1))
    })
  }
  if (Array.isArray(value)) return value.map((element: Parameter) => resolve(element, earlier))
  if (!isTree(value)) return value
  const tree = Object.create(null) as Parameters
  for (const [name, own] of Object.entries(value)) tree[name] = resolve(own, earlier)
  return tree
}

function follow(value: WireValue | undefined, path: readonly string[]): string {
  const [step, ...rest] = path
  if (value === undefined || value === null) return ''
  if (step === undefined) return typeof value === 'object' ? '' : scalar(value)
  if (Array.isArray(value)) {
    // The vendor leaves a comma behind the last one, too.
    if (step === '_all') return value.map((element) => `${follow(element as WireValue, rest)},`).join('')
    return follow(value[Number(step)] as WireValue | undefined, rest)
  }
  if (!isWireObject(value)) return ''
  if (step === 'objectType') return value.objectType ?? ''
  return follow(value.entries.find(([name]) => name === step)?.[1], rest)
}

function scalar(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : ''
  return String(value)
}
