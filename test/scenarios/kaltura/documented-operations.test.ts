import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findOperation } from '../../../src/http/dialects/kaltura/operations.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

type Row = Readonly<{ what: string; state: string; tests: string }>

/** The table under "Operations". */
function rows(): readonly Row[] {
  const text = readFileSync(join(ROOT, 'docs/dialects/kaltura.md'), 'utf8')
  const table = text.slice(text.indexOf('## Operations'), text.indexOf('## Change this line'))
  const lines = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Operation '))
  return lines.map((line) => {
    const [, what = '', state = '', tests = ''] = line.split(/ ?\| ?/)
    return { what, state, tests }
  })
}

/** Of the first cell, `media.get` and whatever follows it as in "`media.get`, `list`"; other words in quotes are none. */
function operations({ what }: Row): readonly string[] {
  return [...what.matchAll(/`\w+\.\w+`(?:, `[\w.]+`)*/g)].flatMap(([list]) => {
    let service = ''
    return list.split(', ').map((quoted) => {
      const [first = '', action] = quoted.slice(1, -1).split('.')
      if (action !== undefined) service = first
      return `${service}.${action ?? first}`
    })
  })
}

function isThere(operation: string): boolean {
  const [service = '', action = ''] = operation.split('.')
  return typeof findOperation(service, action) !== 'string'
}

const named = rows().flatMap((row) => operations(row).map((operation) => ({ operation, state: row.state })))

describe('the table of operations', () => {
  it.each(named.filter(({ state }) => /^(works|partly)/.test(state)))('says truly that $operation is there', (one) => {
    expect(isThere(one.operation)).toBe(true)
  })

  it.each(named.filter(({ state }) => state.startsWith('not yet')))('says truly that $operation is not', (one) => {
    expect(isThere(one.operation)).toBe(false)
  })

  it('names tests that exist', () => {
    const files = ['src', 'test'].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }) as string[])
    const known = new Set(files.map((file) => basename(file)))
    const tests = rows().flatMap(({ tests: cell }) =>
      [...cell.matchAll(/`([\w.-]+\.test\.ts)`/g)].map(([, file]) => file),
    )
    expect(tests.length).toBeGreaterThan(50)
    expect(tests.filter((file) => !known.has(file ?? ''))).toEqual([])
  })
})
