import { describe, expect, it } from 'vitest'
import { clientFileName } from './file-name.ts'

describe('clientFileName', () => {
  it.each([
    ['an ordinary name', 'holiday 2026.mp4', 'holiday 2026.mp4'],
    ['a Unix path', '/etc/../home/kim/holiday.mp4', 'holiday.mp4'],
    ['a Windows path', 'C:\\fakepath\\holiday.mp4', 'holiday.mp4'],
    ['a path that ends in dots', '../..', ''],
    ['nothing but a folder', 'videos/', ''],
    ['decomposed Korean (macOS)', '한글.mp4'.normalize('NFD'), '한글.mp4'],
    ['a line break as browsers escape it', 'a%0D%0Ab.mp4', 'a b.mp4'],
    ['a quotation mark as browsers escape it', 'a%22b.mp4', 'a"b.mp4'],
    ['a percent sign that is part of the name', '100%25.mp4', '100%25.mp4'],
    ['control characters', 'a\u0000\u0007b.mp4', 'a b.mp4'],
    ['a disguised extension', 'a\u202e4pm.exe', 'a 4pm.exe'],
  ])('reads %s', (_what, sent, expected) => {
    expect(clientFileName(sent)).toBe(expected)
  })

  it('cuts a long name to 255 characters and keeps its extension', () => {
    const name = clientFileName(`${'가'.repeat(400)}.webm`)
    expect([...name]).toHaveLength(255)
    expect(name.endsWith('가.webm')).toBe(true)
  })

  it('does not split a character of two code units', () => {
    expect([...clientFileName('🎬'.repeat(300))]).toEqual(Array(255).fill('🎬'))
  })
})
