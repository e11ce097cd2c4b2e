import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { booleanField, integerField } from './structured-fields.ts'

const request = (value: string | string[] | undefined) => ({ headers: { field: value } }) as unknown as FastifyRequest

describe('a boolean', () => {
  it.each([
    ['?1', true],
    ['?0', false],
    [' ?1 ', true],
    ['?1;a', true],
    ['?1; a=1; b="x"', true],
    ['?2', undefined],
    ['1', undefined],
    ['true', undefined],
    ['?1, ?0', undefined],
    ['?1 ?0', undefined],
    ['', undefined],
    [undefined, undefined],
    [['?1', '?1'], undefined],
  ])('is in %j %j', (value, expected) => {
    expect(booleanField(request(value), 'Field')).toBe(expected)
  })
})

describe('a whole number', () => {
  it.each([
    ['0', 0],
    ['11', 11],
    ['007', 7],
    ['5;chunk=1', 5],
    ['999999999999999', 999_999_999_999_999],
    ['1000000000000000', undefined],
    ['-1', undefined],
    ['1.0', undefined],
    ['0x10', undefined],
    ['5, 5', undefined],
    ['"5"', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('is in %j %j', (value, expected) => {
    expect(integerField(request(value), 'Field')).toBe(expected)
  })
})
